using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;

namespace NetProfile.NodeAgent.Host;

/// <summary>A route or rule of <c>ip -d -j</c> as the words that <c>ip route add</c> and <c>ip rule add</c> take.</summary>
public static class RouteText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\n\r\"'\\#;");

    public static string Describe(HostRoute route) => string.Join(' ', Words(route, forDeletion: true));

    /// <exception cref="HostException">The route has what can't be said again (several next hops, for instance).</exception>
    public static IReadOnlyList<string> Words(HostRoute route, bool forDeletion)
    {
        var json = route.Json;
        if (json["nexthops"] is not null || json["encap"] is not null || json["nhid"] is not null)
        {
            throw new HostException($"the route to {route.Destination} has several next hops or an encapsulation");
        }

        var words = new List<string>();
        if (route.Type != "unicast")
        {
            words.Add(route.Type);
        }

        words.Add(route.Destination?.ToString() ?? "default");
        Add(words, "via", route.Gateway?.ToString());
        Add(words, "dev", route.Device);
        words.AddRange(["table", route.Table, "proto", route.Protocol]);
        if (route.Family == AddressFamily.IPv4)
        {
            Add(words, "scope", LinkJson.Text(json["scope"]));
        }

        Add(words, "metric", LinkJson.Number(json["metric"])?.ToString(CultureInfo.InvariantCulture));
        Add(words, "src", LinkJson.Text(json["prefsrc"]));
        if (LinkJson.Strings(json["flags"]).Contains("onlink"))
        {
            words.Add("onlink");
        }

        if (!forDeletion && json["metrics"] is JsonArray { Count: > 0 } metrics && metrics[0] is JsonObject values)
        {
            foreach (var (name, value) in values)
            {
                Add(words, name, LinkJson.Number(value)?.ToString(CultureInfo.InvariantCulture) ?? LinkJson.Text(value));
            }
        }

        return Checked(words);
    }

    public static IReadOnlyList<string> Words(HostPolicyRule rule)
    {
        var json = rule.Json;
        var words = new List<string> { "pref", rule.Priority.ToString(CultureInfo.InvariantCulture) };
        if (json["not"] is not null)
        {
            words.Insert(0, "not");
        }

        words.AddRange(["from", Prefix(json, "src")]);
        if (json["dst"] is not null)
        {
            words.AddRange(["to", Prefix(json, "dst")]);
        }

        if (LinkJson.Text(json["fwmark"]) is { } mark)
        {
            words.AddRange(["fwmark", LinkJson.Text(json["fwmask"]) is { } mask ? $"{mark}/{mask}" : mark]);
        }

        Add(words, "iif", LinkJson.Text(json["iif"]));
        Add(words, "oif", LinkJson.Text(json["oif"]));
        words.AddRange(["lookup", rule.Table]);
        if (LinkJson.Text(json["protocol"]) is { } protocol and not "unspec")
        {
            words.AddRange(["protocol", protocol]);
        }

        return Checked(words);
    }

    /// <summary>Whether a line of <c>ip -batch</c> reads it as it is.</summary>
    public static bool IsOneWord(string word) => word.Length > 0 && !word.AsSpan().ContainsAny(Special);

    private static string Prefix(JsonObject json, string name)
    {
        var length = LinkJson.Number(json[name + "len"]);
        var address = LinkJson.Text(json[name]) ?? "all";
        return length is null ? address : $"{address}/{length}";
    }

    private static void Add(List<string> words, string name, string? value)
    {
        if (value is not null)
        {
            words.AddRange([name, value]);
        }
    }

    /// <summary>The words go into a batch, one command a line: a name that could be read as something else stops it.</summary>
    private static List<string> Checked(List<string> words) =>
        words.Find(word => !IsOneWord(word)) is { } odd
            ? throw new HostException($"'{odd}' can't be passed to ip")
            : words;
}
