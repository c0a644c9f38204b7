using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetProfile.Cilium.Facts;

/// <summary>facts.json: one value that holds from one minor to another, both included; no <see cref="Until"/> means to the newest known.</summary>
internal sealed record FactEntry(string Fact, string Since, string? Until, JsonElement Value, string Source);

internal sealed record FactsDocument(IReadOnlyList<FactEntry> Facts);

/// <summary>releases.json: one supported minor.</summary>
internal sealed record ReleaseEntry(string Minor, string LatestPatch, string KubeVersionFloor, string KernelFloor, string Source);

/// <summary>A range of releases that is known to be broken, both ends included.</summary>
internal sealed record KnownBadEntry(string From, string To, FindingSeverity Severity, string Because, string Use, string Source);

/// <summary>What the kernel must have for a feature, and what an agent does where it hasn't.</summary>
internal sealed record KernelFeatureEntry(string Feature, string Kernel, IReadOnlyList<string> Options, UnmetKernel Unmet, string Source);

internal sealed record ReleasesDocument(
    IReadOnlyList<ReleaseEntry> Releases, IReadOnlyList<KnownBadEntry> KnownBad, IReadOnlyList<KernelFeatureEntry> KernelFeatures);

/// <summary>keys.json: key path to the types it has from minor to minor, as "1.13-1.15 any, 1.16-1.20 string".</summary>
internal sealed record KeysDocument(string Source, IReadOnlyDictionary<string, string> Keys);

/// <summary>removals.json: a key that a chart no longer takes.</summary>
internal sealed record RemovalEntry(string Key, string Since, string? Until, RemovedKeyEffect Effect, string? Use, string Why, string Source);

/// <summary>removals.json: a key whose values are limited although no chart checks them.</summary>
internal sealed record AcceptedEntry(string Key, string Since, string? Until, IReadOnlyList<string> Values, string Source);

internal sealed record RemovalsDocument(IReadOnlyList<RemovalEntry> Removals, IReadOnlyList<AcceptedEntry> Accepted);

/// <summary>platforms.json: values that a platform needs and nobody should have to know.</summary>
internal sealed record PlatformEntry(string Platform, string Since, JsonElement Values, string Why, string Source);

internal sealed record PlatformsDocument(IReadOnlyList<PlatformEntry> Platforms);

/// <summary>upgrade-notes.json: what a minor changes that somebody may notice. Fields: the typed fields or raw keys that it touches.</summary>
internal sealed record UpgradeNoteEntry(string Minor, string Note, IReadOnlyList<string> Touches, string Source);

internal sealed record UpgradeNotesDocument(IReadOnlyList<UpgradeNoteEntry> Notes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(FactsDocument))]
[JsonSerializable(typeof(ReleasesDocument))]
[JsonSerializable(typeof(KeysDocument))]
[JsonSerializable(typeof(RemovalsDocument))]
[JsonSerializable(typeof(PlatformsDocument))]
[JsonSerializable(typeof(UpgradeNotesDocument))]
[JsonSerializable(typeof(LimitsDocument))]
internal sealed partial class FactsJsonContext : JsonSerializerContext;

/// <summary>The embedded documents, read once.</summary>
internal static class FactsDocuments
{
    private static readonly Lazy<FactsDocument> LazyFacts = new(() => Read("facts.json", FactsJsonContext.Default.FactsDocument));
    private static readonly Lazy<ReleasesDocument> LazyReleases = new(() => Read("releases.json", FactsJsonContext.Default.ReleasesDocument));
    private static readonly Lazy<KeysDocument> LazyKeys = new(() => Read("keys.json", FactsJsonContext.Default.KeysDocument));
    private static readonly Lazy<RemovalsDocument> LazyRemovals = new(() => Read("removals.json", FactsJsonContext.Default.RemovalsDocument));
    private static readonly Lazy<PlatformsDocument> LazyPlatforms = new(() => Read("platforms.json", FactsJsonContext.Default.PlatformsDocument));

    private static readonly Lazy<LimitsDocument> LazyLimits = new(() => Read("limits.json", FactsJsonContext.Default.LimitsDocument));

    private static readonly Lazy<UpgradeNotesDocument> LazyNotes = new(() => Read("upgrade-notes.json", FactsJsonContext.Default.UpgradeNotesDocument));

    public static FactsDocument Facts => LazyFacts.Value;

    public static ReleasesDocument Releases => LazyReleases.Value;

    public static KeysDocument Keys => LazyKeys.Value;

    public static RemovalsDocument Removals => LazyRemovals.Value;

    public static UpgradeNotesDocument UpgradeNotes => LazyNotes.Value;

    public static PlatformsDocument Platforms => LazyPlatforms.Value;

    public static LimitsDocument Limits => LazyLimits.Value;

    private static T Read<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("NetProfile.Cilium.Facts." + name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidOperationException($"{name} is empty");
    }
}

/// <summary>A range of minors such as "1.13".."1.15", both ends included. Only numbers are compared: a pre-release counts as its minor.</summary>
internal readonly record struct MinorRange((int Major, int Minor) Since, (int Major, int Minor) Until)
{
    public static MinorRange From(string since, string? until) =>
        new(ParseMinor(since), until is null ? (int.MaxValue, int.MaxValue) : ParseMinor(until));

    public bool Contains(CiliumVersion version) =>
        Since.CompareTo((version.Major, version.Minor)) <= 0 && Until.CompareTo((version.Major, version.Minor)) >= 0;

    public static (int Major, int Minor) ParseMinor(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(0, dot), System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(text.AsSpan(dot + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
