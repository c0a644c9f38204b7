using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

[Cel(
    "!has(self.relay) || !has(self.relay.enabled) || !self.relay.enabled || !has(self.enabled) || self.enabled",
    "spec.hubble.relay needs Hubble: set spec.hubble.enabled to true or spec.hubble.relay.enabled to false")]
[Cel(
    "!has(self.ui) || !has(self.ui.enabled) || !self.ui.enabled || (has(self.relay) && has(self.relay.enabled) && self.relay.enabled)",
    "spec.hubble.ui needs the relay: set spec.hubble.relay.enabled to true or spec.hubble.ui.enabled to false")]
[Cel(
    "!has(self.metrics) || size(self.metrics) == 0 || !has(self.enabled) || self.enabled",
    "spec.hubble.metrics needs Hubble: set spec.hubble.enabled to true or remove the metrics")]
public sealed record HubbleSpec
{
    /// <summary>Whether agents observe flows.</summary>
    [Schema(AssumedJson = "true")]
    public bool? Enabled { get; init; }

    /// <summary>The Service that all nodes' flows can be read from.</summary>
    public HubbleComponentSpec? Relay { get; init; }

    /// <summary>The web interface. Needs relay.</summary>
    public HubbleComponentSpec? Ui { get; init; }

    /// <summary>The metrics that agents export, with their options, for instance "dns" or "flow:sourceContext=pod". Empty: none.</summary>
    [Schema(ListType = ListType.Set, MaxItems = 32, ItemPattern = Patterns.HubbleMetric, ItemMaxLength = 256)]
    public IReadOnlyList<string>? Metrics { get; init; }
}

public sealed record HubbleComponentSpec
{
    /// <summary>Whether it runs.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Enabled { get; init; }

    /// <summary>The type of its Service.</summary>
    [Schema(AssumedJson = "\"ClusterIP\"")]
    public ServiceType? ServiceType { get; init; }
}
