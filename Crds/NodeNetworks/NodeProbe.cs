using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NodeNetworks;

/// <summary>Connections to be tried from the node and from some of its pods, again and again while this is asked for.</summary>
public sealed record ProbeRequest
{
    /// <summary>Which request this is; the answer names it. A new value asks for a round now.</summary>
    public string? Round { get; init; }

    /// <summary>The time between two rounds. The default is 5.</summary>
    [Schema(Minimum = 1, Maximum = 3600)]
    public int? PeriodSeconds { get; init; }

    /// <summary>Pod networks: of each, two pods of this node are tried from, and named to the other nodes.</summary>
    public IReadOnlyList<ProbeNetwork>? Networks { get; init; }

    /// <summary>What to connect to; at most 64 are tried.</summary>
    public IReadOnlyList<ProbeTarget>? Targets { get; init; }
}

public sealed record ProbeNetwork
{
    /// <summary>What it is called in answers, for instance old or new.</summary>
    public string? Name { get; init; }

    /// <summary>Its address ranges.</summary>
    public IReadOnlyList<string>? CIDRs { get; init; }
}

public sealed record ProbeTarget
{
    /// <summary>What it is called in answers.</summary>
    public string? Name { get; init; }

    /// <summary>The address.</summary>
    public string? Address { get; init; }

    /// <summary>The TCP port.</summary>
    public int? Port { get; init; }

    /// <summary>Whether something listens there, as behind a service: then a refusal is a failure. Otherwise it proves that the way is open.</summary>
    public bool? Listens { get; init; }
}

public sealed record ProbeStatus
{
    /// <summary>The probe.round that this answers.</summary>
    public string? Round { get; init; }

    /// <summary>Since when it is so.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? At { get; init; }

    /// <summary>The pods of this node that connections are tried from.</summary>
    public IReadOnlyList<ProbeSource>? Sources { get; init; }

    /// <summary>The number of connections of a round.</summary>
    public int? Tried { get; init; }

    /// <summary>The number of those that failed.</summary>
    public int? Failed { get; init; }

    /// <summary>Those that failed, the first ten.</summary>
    public IReadOnlyList<ProbeFailure>? Failures { get; init; }

    /// <summary>Why nothing could be tried.</summary>
    public string? Message { get; init; }
}

public sealed record ProbeSource
{
    /// <summary>The name of its network in the request.</summary>
    public string? Network { get; init; }

    /// <summary>Its address.</summary>
    public string? Address { get; init; }
}

public sealed record ProbeFailure
{
    /// <summary>The pod's address, or the node's name.</summary>
    public string? From { get; init; }

    /// <summary>The target's name.</summary>
    public string? To { get; init; }

    /// <summary>The target's address.</summary>
    public string? Address { get; init; }

    /// <summary>What happened.</summary>
    public string? Message { get; init; }

    /// <summary>Since which round it has failed in every one.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? Since { get; init; }
}
