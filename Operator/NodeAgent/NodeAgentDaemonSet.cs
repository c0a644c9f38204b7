using System.Text.Json.Nodes;

namespace NetProfile.NodeAgent;

public sealed record NodeAgentSettings
{
    public required string Namespace { get; init; }

    public string Name { get; init; } = "netprofile-node-agent";

    public required string Image { get; init; }

    public string ImagePullPolicy { get; init; } = "IfNotPresent";

    public IReadOnlyList<string> ImagePullSecrets { get; init; } = [];

    public required string ServiceAccount { get; init; }

    /// <summary>The API servers' own addresses: the service address may lead nowhere while the network is replaced.</summary>
    public IReadOnlyList<string> ApiServers { get; init; } = [];

    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string> { ["kubernetes.io/os"] = "linux" };

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Owner references, as the API has them; the agent goes with its owner.</summary>
    public JsonArray? OwnerReferences { get; init; }
}

/// <summary>
/// The DaemonSet of the agent, pure: settings in, manifest out, for server-side apply. It is there while facts or work are needed from
/// nodes, so it starts everywhere (every taint tolerated, no CNI needed) and all of it may be replaced at once.
/// </summary>
public static class NodeAgentDaemonSet
{
    private const string Root = "/host";

    public static JsonObject Build(NodeAgentSettings settings)
    {
        var labels = new JsonObject { ["app.kubernetes.io/name"] = settings.Name, ["app.kubernetes.io/component"] = "node-agent", ["app.kubernetes.io/managed-by"] = "netprofile-operator" };
        foreach (var (key, value) in settings.Labels)
        {
            labels[key] = value;
        }

        var metadata = new JsonObject { ["name"] = settings.Name, ["namespace"] = settings.Namespace, ["labels"] = labels };
        if (settings.OwnerReferences is { } owners)
        {
            metadata["ownerReferences"] = owners.DeepClone();
        }

        var selector = new JsonObject { ["app.kubernetes.io/name"] = settings.Name, ["app.kubernetes.io/component"] = "node-agent" };
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "DaemonSet",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = selector },
                ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = "100%" } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = labels.DeepClone() },
                    ["spec"] = PodSpec(settings),
                },
            },
        };
    }

    private static JsonObject PodSpec(NodeAgentSettings settings)
    {
        var spec = new JsonObject
        {
            ["serviceAccountName"] = settings.ServiceAccount,
            ["hostNetwork"] = true,
            ["hostPID"] = true,
            ["dnsPolicy"] = "Default",
            ["priorityClassName"] = "system-node-critical",
            ["terminationGracePeriodSeconds"] = 30,
            ["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" }),
            ["nodeSelector"] = new JsonObject(settings.NodeSelector.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            ["containers"] = new JsonArray(Container(settings)),
            ["volumes"] = new JsonArray(
                Volume("host", "/", "Directory"),
                Volume("xtables-lock", "/run/xtables.lock", "FileOrCreate"),
                Volume("netns", "/run/netns", "DirectoryOrCreate"),
                Volume("modules", "/lib/modules", ""),
                new JsonObject { ["name"] = "tmp", ["emptyDir"] = new JsonObject { ["medium"] = "Memory", ["sizeLimit"] = "16Mi" } }),
        };
        if (settings.ImagePullSecrets.Count > 0)
        {
            spec["imagePullSecrets"] = new JsonArray([.. settings.ImagePullSecrets.Select(name => new JsonObject { ["name"] = name })]);
        }

        return spec;
    }

    private static JsonObject Container(NodeAgentSettings settings) => new()
    {
        ["name"] = "node-agent",
        ["image"] = settings.Image,
        ["imagePullPolicy"] = settings.ImagePullPolicy,
        ["args"] = new JsonArray([.. Arguments(settings).Select(argument => (JsonNode)argument)]),
        ["env"] = new JsonArray(new JsonObject
        {
            ["name"] = "NODE_NAME",
            ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = "spec.nodeName" } },
        }),
        ["securityContext"] = new JsonObject { ["privileged"] = true, ["runAsUser"] = 0, ["runAsNonRoot"] = false, ["readOnlyRootFilesystem"] = true },
        ["resources"] = new JsonObject
        {
            ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "48Mi" },
            ["limits"] = new JsonObject { ["memory"] = "512Mi" },
        },
        ["volumeMounts"] = new JsonArray(
            Mount("host", Root, propagation: "HostToContainer"),

            // The lock that iptables waits for, and the names of the pods' network namespaces, are where the tools look for them.
            Mount("xtables-lock", "/run/xtables.lock"),
            Mount("netns", "/run/netns", propagation: "HostToContainer"),
            Mount("modules", "/lib/modules", readOnly: true),
            Mount("tmp", "/tmp")),
    };

    private static IEnumerable<string> Arguments(NodeAgentSettings settings) =>
        ["node-agent", "--root", Root, .. settings.ApiServers.SelectMany(server => new[] { "--api-server", server })];

    private static JsonObject Volume(string name, string path, string type) =>
        new() { ["name"] = name, ["hostPath"] = new JsonObject { ["path"] = path, ["type"] = type } };

    private static JsonObject Mount(string name, string path, bool readOnly = false, string? propagation = null)
    {
        var mount = new JsonObject { ["name"] = name, ["mountPath"] = path };
        if (readOnly)
        {
            mount["readOnly"] = true;
        }

        if (propagation is not null)
        {
            mount["mountPropagation"] = propagation;
        }

        return mount;
    }
}
