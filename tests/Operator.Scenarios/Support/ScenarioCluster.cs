using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Charts;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>A living cluster with our CRDs, a folder of stand-in charts, and ways to wait for what a profile says.</summary>
internal sealed class ScenarioCluster : IAsyncDisposable
{
    public const string Profiles = "networkprofiles.netprofile.io";

    /// <summary>How long anything may take on a busy machine before a test gives up.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(4);

    private ScenarioCluster(LivingCluster living, string folder, string kubeconfig, string helm)
    {
        (Living, Folder, Kubeconfig, Helm) = (living, folder, kubeconfig, helm);
    }

    public LivingCluster Living { get; }

    /// <summary>The pods of the agents' DaemonSet have a program in them. Without it an operator would wait for their word in vain, so it is given no image to start them with.</summary>
    public bool HasNodeAgents { get; set; }

    public ObjectStore Store => Living.Store;

    public string Folder { get; }

    public string Kubeconfig { get; }

    /// <summary>Path of the helm program.</summary>
    public string Helm { get; }

    /// <summary>A folder with the stand-in charts, which is a chart repository to the operator.</summary>
    public string Charts => Path.Combine(Folder, "charts");

    public static async Task<ScenarioCluster> StartAsync(int helmMajor = 4, Func<ClusterBuilder, ClusterBuilder>? change = null)
    {
        var helm = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", $"helm{helmMajor}", "helm");
        Assert.SkipUnless(File.Exists(helm), $"helm {helmMajor} is not installed: make tools");
        var builder = new ClusterBuilder().WithNodes(3).WithKubeProxy().WithTimings(ActorTimings.Instant);
        builder = change?.Invoke(builder) ?? builder;
        foreach (var crd in CrdManifests.All)
        {
            builder = builder.With(crd.Yaml);
        }

        var living = await builder.StartAsync(TestContext.Current.CancellationToken);
        living.RunInBackground();
        var folder = Directory.CreateTempSubdirectory("netprofile-scenario-").FullName;
        foreach (var package in ChartPackage.AllCilium())
        {
            package.WriteTo(Path.Combine(folder, "charts"));
        }

        var kubeconfig = Path.Combine(folder, "kubeconfig");
        living.Api.WriteKubeconfig(kubeconfig);
        return new ScenarioCluster(living, folder, kubeconfig, helm);
    }

    /// <summary>A valid profile; <paramref name="change"/> edits its spec.</summary>
    public void CreateProfile(string name = "cluster", Action<JsonObject>? change = null)
    {
        var profile = JsonNode.Parse($$"""
            {
              "apiVersion": "netprofile.io/v1alpha1", "kind": "NetworkProfile", "metadata": { "name": "{{name}}" },
              "spec": {
                "cilium": { "version": "1.19.5", "chart": { "repository": "{{Charts}}" }, "values": {} },
                "routing": { "mode": "Tunnel" },
                "ipam": { "mode": "ClusterPool", "ipv4PodCIDRs": ["10.245.0.0/16"] }
              }
            }
            """)!.AsObject();
        change?.Invoke(profile["spec"]!.AsObject());
        Store.Create(Profiles, profile);
    }

    public void ChangeSpec(Action<JsonObject> change, string name = "cluster") =>
        Store.Modify(Profiles, null, name, profile => change(profile["spec"]!.AsObject()));

    public void Annotate(string key, string value, string name = "cluster") =>
        Store.Modify(Profiles, null, name, profile =>
        {
            var metadata = profile["metadata"]!.AsObject();
            (metadata["annotations"] ??= new JsonObject())[key] = value;
        });

    public JsonObject? Profile(string name = "cluster") => Store.Get(Profiles, null, name);

    public static JsonNode? Condition(JsonObject? profile, string type) =>
        (profile?["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c?["type"] == type);

    /// <summary>Revisions of the release by the labels of its Secrets, oldest first, as "2 deployed".</summary>
    public IReadOnlyList<string> Revisions() =>
    [
        .. Store.List("secrets", "kube-system", "owner=helm,name=cilium")
            .OrderBy(s => int.Parse((string)s["metadata"]!["labels"]!["version"]!, System.Globalization.CultureInfo.InvariantCulture))
            .Select(s => $"{s["metadata"]!["labels"]!["version"]} {s["metadata"]!["labels"]!["status"]}"),
    ];

    /// <summary>Deletes a node's agent, as `kubectl rollout restart` would; its DaemonSet makes another one.</summary>
    public void Restart(string node)
    {
        var pod = Store.List("pods", "kube-system", "k8s-app=cilium", $"spec.nodeName={node}").Single();
        Store.Delete("pods", "kube-system", (string)pod["metadata"]!["name"]!, new DeleteOptions { GracePeriodSeconds = 0 });
    }

    public Task<JsonObject> ReadyAsync(long generation = 1) => UntilAsync(
        profile => (string?)Condition(profile, "Ready")?["status"] == "True" && (long?)profile["status"]!["observedGeneration"] == generation && Condition(profile, "Reconciling") is null,
        $"Ready=True of generation {generation}");

    public Task<JsonObject> ConditionAsync(string type, string status, string reason, string name = "cluster") => UntilAsync(
        profile => Condition(profile, type) is { } c && (string?)c["status"] == status && (string?)c["reason"] == reason, $"{type}={status} {reason}", name);

    public async Task<JsonObject> UntilAsync(Func<JsonObject, bool> holds, string what, string name = "cluster")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await foreach (var change in Store.WatchAsync(Profiles, limit.Token))
            {
                if (Profile(name) is { } profile && holds(profile))
                {
                    return profile;
                }
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // Falls through to the message below.
        }

        throw new TimeoutException($"never: {what}; last: {Profile(name)?["status"]?["conditions"]?.ToJsonString()}");
    }

    /// <summary>Waits for the refusal; its message must have all <paramref name="words"/>, and there must be no release.</summary>
    public async Task<JsonObject> RefusedAsync(string condition, string reason, params string[] words)
    {
        var profile = await ConditionAsync(condition, "False", reason);
        var message = (string?)Condition(profile, condition)!["message"]!;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Equal("False", (string?)Condition(profile, "Ready")!["status"]);
        Assert.Empty(Revisions());
        return profile;
    }

    /// <summary>Waits until the release has this revision, as in <see cref="Revisions"/>.</summary>
    public async Task SecretAsync(string revision)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await foreach (var change in Store.WatchAsync("secrets", limit.Token))
        {
            if (Revisions().Contains(revision))
            {
                return;
            }
        }
    }

    /// <summary>Waits until this holds, looking now and at every change of the resource.</summary>
    public async Task StoreAsync(string resource, Func<ObjectStore, bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var subscription = Store.SubscribeToAll();
        while (!holds(Store))
        {
            while ((await subscription.Changes.ReadAsync(limit.Token)).Resource != resource)
            {
                // Something else changed.
            }
        }
    }

    /// <summary>Waits until so many pods have an address of a pod network.</summary>
    public Task PodsAsync(int count) =>
        StoreAsync("pods", store => store.List("pods").Count(p => (bool?)p["spec"]!["hostNetwork"] != true && p["status"]?["podIP"] is not null) == count);

    /// <summary>Waits until an event with this reason was recorded; they are written behind the reconcile.</summary>
    public async Task EventAsync(string reason)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await foreach (var change in Store.WatchAsync("events", limit.Token))
        {
            if (Store.List("events").Any(e => (string?)e["reason"] == reason))
            {
                return;
            }
        }
    }

    /// <summary>Waits until helm has ended this revision.</summary>
    public async Task RevisionAsync(int revision)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await foreach (var change in Store.WatchAsync("secrets", limit.Token))
        {
            if (Revisions().Any(r => int.Parse(r.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) >= revision && !r.Contains("pending", StringComparison.Ordinal)))
            {
                return;
            }
        }
    }

    /// <summary>Chart versions of the revisions that the status tells of, oldest first.</summary>
    public IReadOnlyList<string> ChartVersions(string name = "cluster") =>
        [.. (Profile(name)?["status"]?["cilium"]?["history"]?.AsArray() ?? []).Reverse().Select(entry => (string)entry!["version"]!)];

    /// <summary>Approves the plan that this state of the profile shows.</summary>
    public void Approve(JsonObject profile) => Annotate("netprofile.io/approved-plan", (string)profile["status"]!["plan"]!["digest"]!);

    /// <summary>Waits until the profile no longer exists.</summary>
    public async Task GoneAsync(string name = "cluster")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await foreach (var change in Store.WatchAsync(Profiles, limit.Token))
        {
            if (Profile(name) is null)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Living.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
