using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Tunnel to native on a running Cilium.</summary>
public sealed class RoutingSwitchTests
{
    [Fact]
    public async Task The_live_switch_prepares_switches_and_drops_in_this_order_each_on_all_nodes_before_the_next()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        cluster.CreateProfile(change: spec =>
        {
            spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true, ["kubeProxy"] = "Keep" };
            spec["masquerading"] = new JsonObject { ["mode"] = "BPF" };
        });
        await cluster.ReadyAsync();

        cluster.ChangeSpec(spec => spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true });
        await cluster.ReadyAsync(2);

        var modes = new List<string>();
        foreach (var change in cluster.Living.Api.Changes.Of("configmaps", "cilium-config"))
        {
            var data = change.Object.Value["data"]!;
            var mode = $"{data["routing-mode"]} {((string?)data["enable-ipv4-egress-gateway"] ?? (string?)data["enable-egress-gateway"]) is "true"}";
            if (modes.Count == 0 || modes[^1] != mode)
            {
                modes.Add(mode);
            }
        }

        Assert.Equal(["tunnel False", "tunnel True", "native True", "native False"], modes);
        Assert.Equal(4, cluster.ChartVersions().Count);
    }
}
