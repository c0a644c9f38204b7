namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>What the operator's own pod tells about how a node agent is to be started: the same image, beside it.</summary>
public sealed record NodeAgentLaunch
{
    public const string ImageVariable = "NETPROFILE_IMAGE";

    /// <summary>The operator's own image. Null outside of a pod: then there can be no agents.</summary>
    public string? Image { get; init; }

    /// <summary>Whoever looks can't start agents, and an operator that does isn't known to be there: what no agent has told is not measured, and isn't waited for.</summary>
    public bool OnlyLooks { get; init; }

    public string ImagePullPolicy { get; init; } = "IfNotPresent";

    public IReadOnlyList<string> ImagePullSecrets { get; init; } = [];

    /// <summary>null: the operator's own namespace.</summary>
    public string? Namespace { get; init; }

    public string ServiceAccount { get; init; } = "netprofile-operator-agent";

    /// <summary>The node that the operator's own pod runs on; null outside of a pod.</summary>
    public string? NodeName { get; init; }

    /// <summary>host:port of the API servers as the operator was given them; empty when it found them by itself.</summary>
    public IReadOnlyList<string> ApiServers { get; init; } = [];

    /// <summary>KUBERNETES_SERVICE_HOST and _PORT where the chart names an address of its own.</summary>
    public (string Host, string Port)? ServiceAddress { get; init; }

    public static NodeAgentLaunch FromEnvironment(Func<string, string?> variable)
    {
        string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var defaults = new NodeAgentLaunch();
        return new NodeAgentLaunch
        {
            Image = Text(ImageVariable),
            ImagePullPolicy = Text("NETPROFILE_IMAGE_PULL_POLICY") ?? defaults.ImagePullPolicy,
            ImagePullSecrets = (Text("NETPROFILE_IMAGE_PULL_SECRETS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Namespace = Text("POD_NAMESPACE"),
            NodeName = Text("NODE_NAME"),
            ServiceAccount = Text("NETPROFILE_AGENT_SERVICE_ACCOUNT") ?? defaults.ServiceAccount,
            ServiceAddress = Text("NETPROFILE_API_SERVER_HOST") is { } host ? (host, Text("NETPROFILE_API_SERVER_PORT") ?? "6443") : null,
        };
    }
}
