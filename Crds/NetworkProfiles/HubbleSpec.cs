namespace NetProfile.Crds.NetworkProfiles;

public sealed record HubbleSpec
{
    /// <summary>Whether agents observe flows.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The Service that all nodes' flows can be read from.</summary>
    public HubbleComponentSpec? Relay { get; init; }

    /// <summary>The web interface. Needs relay.</summary>
    public HubbleComponentSpec? Ui { get; init; }

    /// <summary>The metrics that agents export, with their options, for instance "dns" or "flow:sourceContext=pod". Empty: none.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }
}

public sealed record HubbleComponentSpec
{
    /// <summary>Whether it runs.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The type of its Service.</summary>
    public ServiceType? ServiceType { get; init; }
}
