namespace NetProfile.Kubernetes.Models;

public sealed record V1PodSpec
{
    public string? NodeName { get; init; }

    public bool? HostNetwork { get; init; }

    public string? PriorityClassName { get; init; }

    public string? ServiceAccountName { get; init; }

    public string? RestartPolicy { get; init; }

    public long? TerminationGracePeriodSeconds { get; init; }

    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    public IReadOnlyList<V1Toleration>? Tolerations { get; init; }

    public IReadOnlyList<V1Container>? InitContainers { get; init; }

    public IReadOnlyList<V1Container>? Containers { get; init; }

    public IReadOnlyList<V1Volume>? Volumes { get; init; }
}

/// <summary>Of its many kinds only the one that is read.</summary>
public sealed record V1Volume
{
    public string? Name { get; init; }

    public V1ConfigMapVolumeSource? ConfigMap { get; init; }
}

public sealed record V1ConfigMapVolumeSource
{
    public string? Name { get; init; }
}

public sealed record V1Container
{
    public string? Name { get; init; }

    public string? Image { get; init; }

    public string? ImagePullPolicy { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<V1EnvVar>? Env { get; init; }
}

/// <summary>Variables taken from elsewhere (valueFrom) are read with a null value.</summary>
public sealed record V1EnvVar
{
    public string? Name { get; init; }

    public string? Value { get; init; }
}

public sealed record V1Toleration
{
    public string? Key { get; init; }

    public string? Operator { get; init; }

    public string? Value { get; init; }

    public string? Effect { get; init; }

    public long? TolerationSeconds { get; init; }
}

public sealed record V1PodTemplateSpec
{
    public V1TemplateMeta? Metadata { get; init; }

    public V1PodSpec? Spec { get; init; }
}

public sealed record V1TemplateMeta
{
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
