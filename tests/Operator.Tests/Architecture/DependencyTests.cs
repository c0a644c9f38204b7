using System.Text.RegularExpressions;
using Xunit;

namespace NetProfile.Operator.Tests.Architecture;

/// <summary>The directions of docs/architecture.md, held over `using` lines and qualified names.</summary>
public sealed partial class DependencyTests
{
    /// <summary>What a folder may use beside itself; a name stands for all namespaces that begin with it.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Crds"] = [],
        ["Operator/Processes"] = [],
        ["Operator/Serialization"] = [],
        ["Operator/Kubernetes"] = ["Crds.Meta", "Processes"],
        ["Operator/Helm"] = ["Crds.Meta", "Kubernetes", "Processes", "Serialization"],
        ["Operator/Cilium"] = ["Crds", "Kubernetes.Models"],
    };

    /// <summary>What a folder may never use.</summary>
    private static readonly Dictionary<string, string[]> s_forbidden = new()
    {
        ["Operator/Flannel"] = ["Kubernetes.Client", "Helm", "NetworkProfiles", "Hosting", "Commands", "Plugin"],
        ["Operator/NodeAgent"] = ["Cilium", "Helm", "NetworkProfiles", "Hosting", "Plugin"],
        ["Operator/NetworkProfiles"] = ["Hosting", "Commands", "Plugin"],
        ["Operator/Hosting"] = ["Commands", "Plugin"],
    };

    [Fact]
    public void A_folder_uses_only_what_lies_below_it()
    {
        var wrong =
            from rule in s_allowed
            from file in SourceTree.Code(rule.Key)
            where !file.IsIn("Crds/Generator")
            from used in UsedBy(file)
            where !IsWithin(used, NamespaceOf(rule.Key)) && !rule.Value.Any(allowed => IsWithin(used, allowed))
            select $"{file} uses {used}";

        Report.Nothing(wrong);
    }

    [Fact]
    public void No_folder_uses_what_is_built_on_it()
    {
        var wrong =
            from rule in s_forbidden
            from file in SourceTree.Code(rule.Key)
            from used in UsedBy(file)
            where rule.Value.Any(forbidden => IsWithin(used, forbidden))
            select $"{file} uses {used}";

        Report.Nothing(wrong);
    }

    [Fact]
    public void The_Kubernetes_folder_never_mentions_what_this_project_is_for()
    {
        var wrong =
            from file in SourceTree.Code("Operator/Kubernetes")
            from Match word in DomainWord().Matches(file.Text)
            select $"{file} says {word.Value}";

        Report.Nothing(wrong);
    }

    [Fact]
    public void What_knows_Cilium_and_Flannel_does_not_see_the_API()
    {
        var wrong = SourceTree.Code("Operator/Cilium", "Operator/Flannel").Where(file => file.Text.Contains("IKubernetesClient", StringComparison.Ordinal));

        Report.Nothing(wrong);
    }

    [Fact]
    public void Versions_of_Cilium_are_compared_in_its_own_folder_only()
    {
        var wrong =
            from file in SourceTree.Code("Operator")
            where !file.IsIn("Operator/Cilium") && file.Text.Contains("CiliumVersion", StringComparison.Ordinal)
            where VersionArithmetic().IsMatch(file.Text)
            select file.Path;

        Report.Nothing(wrong);
    }

    [Fact]
    public void Conditions_are_built_in_one_place()
    {
        var builders = SourceTree.Code("Operator").Where(file => file.Text.Contains("new V1Condition", StringComparison.Ordinal)).Select(file => file.Path);

        Assert.All(builders, path => Assert.Equal("Operator/Kubernetes/Conditions/ConditionSet.cs", path));
    }

    [Fact]
    public void Helm_is_started_from_its_own_folder_only()
    {
        var wrong = SourceTree.Code("Operator").Where(file => !file.IsIn("Operator/Helm", "Operator/Hosting") && HelmProgram().IsMatch(file.Text));

        Report.Nothing(wrong);
    }

    private static IEnumerable<string> UsedBy(SourceFile file) =>
        Used().Matches(file.Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    private static string NamespaceOf(string folder) => folder.Replace("Operator/", "", StringComparison.Ordinal).Replace('/', '.');

    private static bool IsWithin(string name, string prefix) => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<!namespace )\bNetProfile\.(?<name>(Crds\.)?[A-Z]\w+(\.[A-Z]\w+)?)")]
    private static partial Regex Used();

    [GeneratedRegex("cilium|flannel|helm|networkprofile", RegexOptions.IgnoreCase)]
    private static partial Regex DomainWord();

    [GeneratedRegex(@"\.(Major|Minor|Patch)\b|\.CompareTo\(")]
    private static partial Regex VersionArithmetic();

    [GeneratedRegex(@"new Helm(Command|Client)\(|FileName = ""helm")]
    private static partial Regex HelmProgram();
}
