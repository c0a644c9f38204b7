using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>Serves what CRDs define, from the moment they are stored.</summary>
internal static class CustomResources
{
    public const string Crds = "customresourcedefinitions.apiextensions.k8s.io";

    public static void Serve(ObjectStore store) => store.Changed += change =>
    {
        if (change.Resource != Crds)
        {
            return;
        }

        var crd = change.Object.Value;
        var name = $"{crd.Str("spec", "names", "plural")}.{crd.Str("spec", "group")}";
        store.Resources.Set(name, change.Type == ChangeType.Deleted ? [] : Definitions(crd));
    };

    public static IEnumerable<ResourceDefinition> Definitions(JsonObject crd) => crd.Arr("spec", "versions").Objects()
        .Where(version => version.Bool("served") == true)
        .OrderByDescending(version => version.Str("name"), VersionOrder.Instance)
        .Select(version => new ResourceDefinition
        {
            Group = crd.Str("spec", "group") ?? "",
            Version = version.Str("name") ?? "",
            Kind = crd.Str("spec", "names", "kind") ?? "",
            ListKind = crd.Str("spec", "names", "listKind") ?? $"{crd.Str("spec", "names", "kind")}List",
            Plural = crd.Str("spec", "names", "plural") ?? "",
            Singular = crd.Str("spec", "names", "singular") ?? (crd.Str("spec", "names", "kind") ?? "").ToLowerInvariant(),
            Namespaced = crd.Str("spec", "scope") == "Namespaced",
            ShortNames = [.. crd.Arr("spec", "names", "shortNames").Strings()],
            Categories = [.. crd.Arr("spec", "names", "categories").Strings()],
            Subresources = [.. (version.Obj("subresources") ?? []).Select(pair => pair.Key)],
            CrdVersion = version,
        });
}

/// <summary>v2 before v1 before v1beta1 before v1alpha1 before others.</summary>
internal sealed class VersionOrder : IComparer<string?>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y) => Rank(x).CompareTo(Rank(y)) is var order && order != 0 ? order : string.CompareOrdinal(y, x);

    private static (int, int, int) Rank(string? version)
    {
        var match = System.Text.RegularExpressions.Regex.Match(version ?? "", "^v([0-9]+)(?:(alpha|beta)([0-9]+))?$");
        if (!match.Success)
        {
            return (0, 0, 0);
        }

        var stability = match.Groups[2].Value switch { "" => 3, "beta" => 2, _ => 1 };
        return (stability, Number(match.Groups[1].Value), Number(match.Groups[3].Value));
    }

    private static int Number(string text) => text.Length == 0 ? 0 : int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
