using System.Text.Json.Nodes;
using NetProfile.Cilium.Facts;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Values;

/// <summary>
/// Raw values held against the keys of the target minor. No chart of Cilium's refuses an unknown key, and most take a wrong value
/// without a word, so what isn't said here is never said: unknown, removed, mistyped and owned keys are errors. Ways around: maps
/// that the chart takes whole (annotations, extraConfig, …) are free, and for a release newer than the table, which may know more
/// keys, an unknown one is only a warning.
/// </summary>
internal static class ValuesLint
{
    public static IEnumerable<Finding> Check(RawValues document, EffectiveSpec spec, CiliumFacts facts)
    {
        var findings = Walk(document.Values, "", document.Source, spec, facts).Concat(ValuesRules.Check(document, spec, facts));
        return document.IsSecret ? findings.Select(f => f with { Value = "" }) : findings;
    }

    private static IEnumerable<Finding> Walk(JsonObject map, string prefix, string source, EffectiveSpec spec, CiliumFacts facts)
    {
        foreach (var (key, value) in map)
        {
            var path = prefix + key;
            var field = $"{source}: {path}";
            if (OwnedKeys.OwnerOf(path, spec) is { } owner)
            {
                yield return Owned(field, path, value, owner, facts);
            }
            else if (facts.Keys.RemovalOf(path) is { } removal)
            {
                yield return Removed(field, value, removal, facts);
            }
            else if (path == "global")
            {
                // Helm's own.
            }
            else if (facts.Keys.TypesOf(path) is { } types)
            {
                foreach (var finding in Known(value, path, field, source, types, spec, facts))
                {
                    yield return finding;
                }
            }
            else if (value is JsonObject gone && facts.Keys.HasRemovalsBelow(path))
            {
                // The whole map is gone from the chart; what stood in it may have a new name.
                foreach (var finding in Walk(gone, path + ".", source, spec, facts))
                {
                    yield return finding;
                }
            }
            else
            {
                yield return Unknown(field, path, value, facts);
            }
        }
    }

    private static IEnumerable<Finding> Known(
        JsonNode? value, string path, string field, string source, string[] types, EffectiveSpec spec, CiliumFacts facts)
    {
        if (value is not JsonObject && OwnedKeys.OwnedBelow(path, spec) is { } owned)
        {
            yield return Finding.Error(field, value, FindingReasons.OwnedByField,
                $"replaces the whole of {path}, of which {OwnedKeys.OwnerOf(owned, spec)} decides {owned}; set only the keys below it that you mean");
            yield break;
        }

        if (value is null)
        {
            yield break;
        }

        if (value is JsonObject below && types.Contains("keys"))
        {
            foreach (var finding in Walk(below, path + ".", source, spec, facts))
            {
                yield return finding;
            }

            yield break;
        }

        if (Mistyped(value, field, types, facts) is { } mistyped)
        {
            yield return mistyped;
        }
        else if (value is JsonObject free)
        {
            // A map that the chart takes whole can hold owned keys all the same: updateStrategy, extraConfig.
            foreach (var (inner, owner) in OwnedKeys.OwnedIn(free, path, spec))
            {
                yield return Owned($"{source}: {inner}", inner, free.At(inner[(path.Length + 1)..]), owner, facts);
            }
        }
        else if (facts.Keys.AcceptedValuesOf(path) is { } accepted && value is JsonValue scalar && !accepted.Values.Contains(scalar.ToString()))
        {
            yield return Finding.Error(field, value, FindingReasons.BadValue,
                $"not a value that Cilium {facts.MinorName} knows, although its chart takes it; use one of {string.Join(", ", accepted.Values.Where(v => v.Length > 0))}");
        }
    }

    private static Finding? Mistyped(JsonNode value, string field, string[] types, CiliumFacts facts)
    {
        var actual = JsonPaths.TypeName(value);
        var expected = types.Select(t => t == "keys" ? "map" : t).ToList();
        if (expected.Contains("any") || expected.Contains(actual) || (actual == "int" && expected.Contains("number")))
        {
            return null;
        }

        var message = $"is a {actual} where the chart expects {string.Join(" or ", expected)}";
        var shapes = actual is "map" or "list" || expected.All(t => t is "map" or "list");

        // Charts before 1.16 have no schema: they render a scalar of another type as it is, which is often what was meant.
        return facts.HasValuesSchema || shapes
            ? Finding.Error(field, value, FindingReasons.MistypedKey, message)
            : Finding.Warning(field, value, FindingReasons.MistypedKey, message);
    }

    private static Finding Owned(string field, string path, JsonNode? value, string owner, CiliumFacts facts)
    {
        var also = facts.Keys.RemovalOf(path) is { } removal ? $" (and {facts.MinorName} {Effect(removal)}: {removal.Why})" : "";
        return Finding.Error(field, value, FindingReasons.OwnedByField, owner.StartsWith("spec.", StringComparison.Ordinal)
            ? $"{owner} decides this{also}; set that field and remove this key"
            : $"{owner} decides this itself{also}; remove this key");
    }

    private static Finding Removed(string field, JsonNode? value, RemovalEntry removal, CiliumFacts facts) =>
        Finding.Error(field, value, FindingReasons.RemovedKey,
            $"Cilium {facts.MinorName} {Effect(removal)} ({removal.Why}); {(removal.Use is null ? "remove it" : $"use {removal.Use} instead")}");

    private static string Effect(RemovalEntry removal) =>
        removal.Effect == RemovedKeyEffect.Fails ? "fails to render with this key" : "ignores this key without a word";

    private static Finding Unknown(string field, string path, JsonNode? value, CiliumFacts facts)
    {
        var hint = ValueKeys.MinorsWith(path) is { } minors ? $"; {minors} knew it"
            : facts.Keys.Nearest(path) is { } near ? $"; did you mean {near}?"
            : "; a setting of the agents without a Helm value goes below extraConfig";
        var message = $"the chart of Cilium {facts.MinorName} has no such key and would ignore it{hint}";
        var newer = facts.Version.IsPreRelease || facts.IsNewerThanKnown;
        return newer
            ? Finding.Warning(field, value, FindingReasons.UnknownKey, message + $" (unless {facts.Version} has brought it, which isn't known here)")
            : Finding.Error(field, value, FindingReasons.UnknownKey, message);
    }
}
