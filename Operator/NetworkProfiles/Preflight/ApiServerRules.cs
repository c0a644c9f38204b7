using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>The addresses that agents are given in place of the API's Service, which nothing may answer on once they replace kube-proxy.</summary>
internal static class ApiServerRules
{
    private const string Field = "spec.kubeProxyReplacement.apiServerEndpoints";

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        var endpoints = CiliumValues.EndpointsOf(input.Spec, input.Context);
        if (!input.Spec.KubeProxyReplacement.Enabled || endpoints.Count == 0)
        {
            yield break;
        }

        var used = input.Cilium is { HasApiServerUrls: true } ? endpoints : [endpoints[0]];
        var silent = input.Facts
            .Select(n => (Node: n.Key, Endpoints: (n.Value.ApiServerEndpoints ?? []).Where(e => e is { Reachable: false, Endpoint: not null } && used.Contains(e.Endpoint)).ToList()))
            .Where(n => n.Endpoints.Count > 0)
            .OrderBy(n => n.Node, StringComparer.Ordinal)
            .ToList();
        var cut = silent.Where(n => n.Endpoints.Count == used.Count).ToList();
        if (cut.Count > 0)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.ApiServerUnreachable,
                $"{Field}: {string.Join(", ", used)}: {(used.Count == 1 ? "doesn't answer" : "none of them answers")} from {Names.Of(cut.Select(n => n.Node))} ({cut[0].Endpoints[0].Message ?? "no answer"}): "
                + "agents there would not start; give an address that answers from every node, and look at firewalls between");
        }

        foreach (var part in silent.Except(cut).SelectMany(n => n.Endpoints.Select(e => (n.Node, Endpoint: e.Endpoint!))).GroupBy(e => e.Endpoint, StringComparer.Ordinal))
        {
            yield return PreflightFinding.Warning(PreflightReasons.ApiServerUnreachable,
                $"{Field}: {part.Key} doesn't answer from {Names.Of(part.Select(p => p.Node))}: agents there have the other addresses only");
        }

        var controlPlanes = input.Nodes.Where(IsControlPlane).ToList();
        if (used.Count == 1 && controlPlanes.Count > 1 && ApiServerEndpoint.TryParse(used[0], out var only)
            && controlPlanes.Find(n => (n.Status?.Addresses ?? []).Any(a => a.Address == only.Host)) is { } one)
        {
            yield return PreflightFinding.Warning(PreflightReasons.SingleApiServer,
                $"{Field}: {used[0]} is {one.Metadata.Name} itself, one of {controlPlanes.Count} control-plane nodes: while it is down no agent of the cluster reaches the API, and none can start; give the address of a load balancer"
                + (input.Cilium is { HasApiServerUrls: true } ? ", or all of their addresses" : ""));
        }
    }

    private static bool IsControlPlane(V1Node node) =>
        node.Metadata.Labels is { } labels && (labels.ContainsKey("node-role.kubernetes.io/control-plane") || labels.ContainsKey("node-role.kubernetes.io/master"));
}
