using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>Which nodes have a network of ours to look after: not the virtual ones, not those on their way out, not those that a person left out.</summary>
internal static class NodeEligibility
{
    /// <summary>Labels of nodes without a kernel of their own that a pod could reach.</summary>
    private static readonly (string Key, string Value, string What)[] s_virtual =
    [
        ("type", "virtual-kubelet", "a virtual node"),
        ("kubernetes.io/role", "virtual-kubelet", "a virtual node"),
        ("eks.amazonaws.com/compute-type", "fargate", "a Fargate node"),
        ("kubernetes.io/os", "windows", "a Windows node"),
    ];

    private static readonly (string Key, string What)[] s_taints =
    [
        ("ToBeDeletedByClusterAutoscaler", "the cluster autoscaler is about to delete it"),
        ("karpenter.sh/disrupted", "Karpenter is about to delete it"),
        ("karpenter.sh/disruption", "Karpenter is about to delete it"),
        ("virtual-kubelet.io/provider", "a virtual node"),
    ];

    /// <summary>Why the node is left out; null when it is not.</summary>
    public static string? Excluded(V1Node node)
    {
        if (node.Metadata.DeletionTimestamp is not null)
        {
            return "it is being deleted";
        }

        var labels = node.Metadata.Labels ?? new Dictionary<string, string>();
        if (labels.ContainsKey(NetworkProfileNames.SkipLabel))
        {
            return $"label {NetworkProfileNames.SkipLabel}";
        }

        foreach (var (key, value, what) in s_virtual)
        {
            if (labels.GetValueOrDefault(key) == value)
            {
                return what;
            }
        }

        return s_taints.FirstOrDefault(t => (node.Spec?.Taints ?? []).Any(taint => taint.Key == t.Key)).What;
    }

    /// <summary>The same by labels, for the scheduler: a taint alone does not evict an agent that is at work.</summary>
    public static JsonObject Affinity()
    {
        var expressions = new JsonArray(
            new JsonObject { ["key"] = NetworkProfileNames.SkipLabel, ["operator"] = "DoesNotExist" });
        foreach (var (key, value, _) in s_virtual.Where(v => v.Key != "kubernetes.io/os"))
        {
            expressions.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "NotIn", ["values"] = new JsonArray(value) });
        }

        return new JsonObject
        {
            ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
            {
                ["nodeSelectorTerms"] = new JsonArray(new JsonObject { ["matchExpressions"] = expressions }),
            },
        };
    }
}
