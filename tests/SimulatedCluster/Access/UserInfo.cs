using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Access;

public sealed record UserInfo(string Name, IReadOnlyList<string> Groups, string Uid = "")
{
    public static readonly UserInfo Anonymous = new("system:anonymous", ["system:unauthenticated"]);

    public static readonly UserInfo Administrator = new("kubernetes-admin", ["system:masters", "system:authenticated"]);

    /// <summary>What authentication adds, such as the pod and the node that a token is bound to.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public bool IsAdmin => Groups.Contains("system:masters");

    public static UserInfo ServiceAccount(string @namespace, string name, string uid) =>
        new($"system:serviceaccount:{@namespace}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated"], uid);

    /// <summary>The same account by a token that is bound to a pod, as kubelets mount it.</summary>
    public UserInfo BoundTo(JsonObject pod, JsonObject? node)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>
        {
            ["authentication.kubernetes.io/pod-name"] = [pod.Name()],
            ["authentication.kubernetes.io/pod-uid"] = [pod.Uid()],
        };
        if (pod.Str("spec", "nodeName") is { Length: > 0 } name)
        {
            extra["authentication.kubernetes.io/node-name"] = [name];
            if (node is not null)
            {
                extra["authentication.kubernetes.io/node-uid"] = [node.Uid()];
            }
        }

        return this with { Extra = extra };
    }
}
