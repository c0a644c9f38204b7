using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Cilium.Agents;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>A capture of a real cluster as one reconcile would see it: workloads, pods, and what each agent said.</summary>
internal static partial class CapturedCluster
{
    public static ReportedCluster Of(string capture)
    {
        var cli = Cli(capture);
        var workloads = cli["pod_state"] as JsonObject ?? [];
        var cluster = new ReportedCluster { Uninstalled = workloads.Count == 0, WithoutAgents = workloads["cilium"] is null };
        cluster.Deployments.Clear();
        foreach (var (name, state) in workloads.Where(pair => (string)pair.Value!["Type"]! == "Deployment"))
        {
            cluster.Deployments.Add(ReportedCluster.DeploymentOf(name, (int)state!["Desired"]!, (int)state["Ready"]!));
        }

        cluster.Pods.AddRange(Pods(capture));
        if (workloads["cilium"] is { } agents)
        {
            cluster.ReadyAgents = (int)agents["Ready"]!;
        }

        if (ErrorsOf(capture).Select(e => Updated().Match(e)).FirstOrDefault(m => m.Success) is { } rolling)
        {
            cluster.UpdatedAgents = int.Parse(rolling.Groups["n"].ValueSpan, CultureInfo.InvariantCulture);
        }

        if (!cluster.Uninstalled)
        {
            Configure(cluster, capture, cli);
            Ask(cluster, cli);
        }

        return cluster;
    }

    /// <summary>What `cilium status` printed, with the pods' names taken off.</summary>
    public static IEnumerable<string> ErrorsOf(string capture) => Cli(capture)["errors"]!.AsObject()
        .SelectMany(component => component.Value!.AsObject())
        .SelectMany(pod => pod.Value!["Errors"]!.AsArray().Concat(pod.Value["Warnings"]!.AsArray()))
        .Select(e => LogTail().Replace((string)e!, ""));

    public static string Text(string capture, string file)
    {
        var path = Repository.SharedData(["cilium", "real", .. capture.Split('/'), file]);
        Assert.SkipWhen(path is null, "the captures of a real cluster aren't here");
        return File.ReadAllText(path!);
    }

    /// <summary>The captures end with notes of whoever took them.</summary>
    private static JsonObject Cli(string capture) => JsonNode.Parse(WithoutNotes(Text(capture, "cli-status.json")))!.AsObject();

    private static string WithoutNotes(string text) => text[..(text.LastIndexOf('}') + 1)];

    private static bool Has(string capture, string file) => Repository.SharedData(["cilium", "real", .. capture.Split('/'), file]) is not null;

    private static IEnumerable<V1Pod> Pods(string capture) => !Has(capture, "cilium-pods.json") ? [] : JsonNode.Parse(WithoutNotes(Text(capture, "cilium-pods.json")))!["items"]!.AsArray()
        .Select(pod => pod.Deserialize(KubernetesModelsContext.Default.V1Pod)!);

    private static void Configure(ReportedCluster cluster, string capture, JsonObject cli)
    {
        var agent = AgentStatus.Parse(cli["cilium_status"]!.AsObject().First(a => a.Value is JsonObject).Value!.ToJsonString())!;
        var native = agent.RoutingMode == "Native";
        if (Has(capture, "cm-cilium-config.yaml"))
        {
            cluster.Config.Clear();
            foreach (var (key, value) in YamlReader.ReadObject(Text(capture, "cm-cilium-config.yaml"))["data"]!.AsObject())
            {
                cluster.Config[key] = (string)value!;
            }
        }
        else if (native)
        {
            cluster.Config["routing-mode"] = "native";
        }

        cluster.Spec = cluster.Spec with
        {
            Routing = new RoutingSpec { Mode = native ? RoutingMode.Native : RoutingMode.Tunnel },
            Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.0.0.0/8"] },
            KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = cluster.Config["kube-proxy-replacement"] == "true" },
            Masquerading = new MasqueradingSpec { Mode = cluster.Config.GetValueOrDefault("enable-bpf-masquerade") == "true" ? MasqueradingMode.BPF : MasqueradingMode.IPTables },
            Hubble = new HubbleSpec { Relay = new HubbleComponentSpec { Enabled = true } },
        };
    }

    private static void Ask(ReportedCluster cluster, JsonObject cli)
    {
        var nodes = cluster.Nodes.ToList();
        foreach (var (at, (pod, answer)) in cli["cilium_status"]!.AsObject().Index())
        {
            var node = cluster.Pods.FirstOrDefault(p => p.Metadata.Name == pod)?.Spec?.NodeName ?? nodes[at];
            if (answer is not JsonObject status)
            {
                cluster.Change(node, a => a with { Ready = false, Answer = null });
                continue;
            }

            var endpoints = EndpointState.ParseList(cli["cilium_endpoints"]?[pod]?.ToJsonString() ?? "[]");
            cluster.Says(node, status.ToJsonString(), [.. endpoints!.Where(e => !e.Ready)]);
        }
    }

    [GeneratedRegex("rolling out - (?<n>[0-9]+) out of")]
    private static partial Regex Updated();

    /// <summary>"…, exited with code 255: " and what fitted of the log.</summary>
    [GeneratedRegex("(?<=exited with code [0-9]+|for further investigation).*$", RegexOptions.Singleline)]
    private static partial Regex LogTail();
}
