using NetProfile.Hosting;
using NetProfile.Hosting.Telemetry;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>Traces and metrics as a collector gets them.</summary>
public sealed class OtlpTests
{
    /// <summary>Each comes with the first export after it was measured first.</summary>
    private static readonly string[] s_expected = ["netprofile.condition", "controller_runtime.reconcile.time", "rest_client.requests"];

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_reconcile_is_one_trace_from_the_gathering_to_helm_and_the_requests(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(grpc: protocol == "grpc");
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster, change: options => WithOtlp(options, collector.Address, protocol));

        // Other operators of this process are heard, too: a profile of this name is ours only.
        var name = $"otlp-{protocol.Replace('/', '-')}";
        cluster.CreateProfile(name);
        await cluster.UntilAsync(profile => (string?)ScenarioCluster.Condition(profile, "Ready")?["status"] == "True", "Ready", name);
        await collector.UntilAsync(() => Installation(collector, name) is not null && s_expected.All(collector.Metrics.ContainsKey));

        var spans = Installation(collector, name)!;
        var root = Assert.Single(spans, s => s.Parent.Length == 0);
        Assert.Equal("reconcile networkprofile", root.Name);
        Assert.Equal("requeue_after", root.Attributes["netprofile.result"]);
        var act = Assert.Single(spans, s => s.Name == "act");
        Assert.Equal("Install", act.Attributes["netprofile.action"]);
        Assert.All(spans.Where(s => s.Name is "gather" or "plan" or "act" or "report"), s => Assert.Equal(root.Id, s.Parent));
        Assert.Contains("gather", spans.Select(s => s.Name));
        Assert.Contains("plan", spans.Select(s => s.Name));
        Assert.Equal(act.Id, Assert.Single(spans, s => s.Name == "helm upgrade").Parent);
        Assert.Contains(spans, s => s.Name == "apply networkprofiles/status" && spans.Any(p => p.Id == s.Parent && p.Name == "report"));
        Assert.Contains(spans, s => s.Name == "get daemonsets" && spans.Any(p => p.Id == s.Parent && p.Name == "gather"));
        Assert.DoesNotContain(collector.Spans, s => s.Name.EndsWith(" leases", StringComparison.Ordinal) || s.Name.StartsWith("watch", StringComparison.Ordinal));

        Assert.Equal("netprofile-operator", collector.Resource["service.name"]);
        Assert.Equal("blue", collector.Resource["cluster"]);
        Assert.Contains(protocol == "grpc" ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces", collector.Paths);
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_nothing_up()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster, change: options => WithOtlp(options, new Uri("http://127.0.0.1:1"), "http/protobuf"));
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        await Scrape.UntilAsync(@operator.Address, s => s.Has("netprofile_phase", 1, ("phase", "Ready")));
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    public void Variables_turn_traces_off(string variable, string value)
    {
        var variables = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318" };
        Assert.True(new TelemetryOptions { Variables = variables }.Exports("TRACES"));

        variables[variable] = value;

        Assert.False(new TelemetryOptions { Variables = variables }.Exports("TRACES"));
    }

    private static OperatorOptions WithOtlp(OperatorOptions options, Uri endpoint, string protocol) => options with
    {
        Telemetry = new TelemetryOptions
        {
            Variables = new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
                ["OTEL_RESOURCE_ATTRIBUTES"] = "cluster=blue",
            },
        },
    };

    /// <summary>The trace in which this profile's release was installed, once its root has come: a root ends last.</summary>
    private static List<OtlpSpan>? Installation(OtlpCollector collector, string profile) => collector.Spans
        .GroupBy(s => s.Trace).Select(trace => trace.ToList())
        .FirstOrDefault(trace => trace.Any(s => s.Parent.Length == 0 && s.Attributes.GetValueOrDefault("k8s.object.name") == profile) && trace.Any(s => s.Name == "helm upgrade"));
}
