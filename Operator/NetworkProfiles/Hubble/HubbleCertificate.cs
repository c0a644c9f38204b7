using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;

namespace NetProfile.NetworkProfiles.Hubble;

/// <summary>
/// A certificate of Hubble's that helm made while it rendered the chart. Such ones end after a year, and charts from 1.18 on keep what
/// they find for ever, however often the release is upgraded.
/// </summary>
/// <param name="Secret">In the release's namespace.</param>
/// <param name="From">Its beginning; null when it isn't there, or can't be read.</param>
/// <param name="Until">Its end; null likewise.</param>
public sealed record HubbleCertificate(string Secret, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Time enough for people, where the operator may not act.</summary>
    private static readonly TimeSpan s_ahead = TimeSpan.FromDays(30);

    /// <summary>The last third of a life is the time for a successor, but no more than a month of it.</summary>
    public bool IsDue(DateTimeOffset now) => Until is not { } until || From is not { } from || until - now < ((until - from) / 3 is var third && third < s_ahead ? third : s_ahead);

    public bool IsOver(DateTimeOffset now) => Until <= now;

    /// <summary>The Secrets that a chart with these values makes by helm; none where somebody else makes or renews them.</summary>
    public static IReadOnlyList<string> MadeBy(JsonObject values)
    {
        var isHelm = Is(values, "hubble.enabled") && Is(values, "hubble.tls.enabled") && Is(values, "hubble.tls.auto.enabled") && values.At("hubble.tls.auto.method")?.ToString() == "helm";
        return !isHelm ? [] :
        [
            .. Own(values, "hubble.tls.server") ? ["hubble-server-certs"] : Array.Empty<string>(),
            .. Is(values, "hubble.relay.enabled", otherwise: false) && Own(values, "hubble.relay.tls.client") ? ["hubble-relay-client-certs"] : Array.Empty<string>(),
        ];
    }

    public override string ToString() => Until is { } until ? $"{Secret} (until {until.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)})" : $"{Secret} (not there, or no certificate)";

    private static bool Is(JsonObject values, string key, bool otherwise = true) => values.At(key)?.ToString() is { } text ? text == "true" : otherwise;

    private static bool Own(JsonObject values, string key) => string.IsNullOrEmpty(values.At($"{key}.existingSecret")?.ToString()) && string.IsNullOrEmpty(values.At($"{key}.cert")?.ToString());
}
