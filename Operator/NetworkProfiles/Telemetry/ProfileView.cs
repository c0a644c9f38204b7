using System.Diagnostics.Metrics;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>All that is in memory of one profile. The label <c>profile</c> is its name.</summary>
internal sealed record ProfileView(V1Alpha1NetworkProfile Profile, ProfileFindings? Findings, IReadOnlyCollection<V1Alpha1NodeNetwork> Networks)
{
    public NetworkProfileStatus Status => Profile.Status ?? new NetworkProfileStatus();

    public Measurement<double> Number(double value, params ReadOnlySpan<(string Name, string? Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length + 1];
        tags[0] = new("profile", Profile.Metadata.Name);
        for (var i = 0; i < labels.Length; i++)
        {
            tags[i + 1] = new(labels[i].Name, labels[i].Value ?? "");
        }

        return new Measurement<double>(value, tags);
    }

    public IEnumerable<Measurement<double>> Optional(double? value) => value is { } number ? [Number(number)] : [];

    /// <summary>How many there are of each value of <typeparamref name="TState"/>; zeros are told, so that a graph has no holes.</summary>
    public IEnumerable<Measurement<double>> Count<TState>(IEnumerable<TState> states)
        where TState : struct, Enum
    {
        var counts = states.CountBy(state => state).ToDictionary();
        return Enum.GetValues<TState>().Select(state => Number(counts.GetValueOrDefault(state), ("state", state.ToString())));
    }
}
