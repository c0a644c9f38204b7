using NetProfile.Crds.Meta;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>What makes a pod again when it is gone; of a Deployment's ReplicaSet the Deployment, which is what people know.</summary>
public sealed record PodOwner(string Kind, string Namespace, string Name)
{
    public const string Deployment = "Deployment";

    public const string StatefulSet = "StatefulSet";

    public const string DaemonSet = "DaemonSet";

    public static PodOwner? Of(V1ObjectMeta pod)
    {
        if (pod.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is not { } owner)
        {
            return null;
        }

        var ns = pod.Namespace ?? "";
        return owner.Kind == "ReplicaSet" && pod.Labels?.GetValueOrDefault("pod-template-hash") is { Length: > 0 } hash && owner.Name.EndsWith($"-{hash}", StringComparison.Ordinal)
            ? new PodOwner(Deployment, ns, owner.Name[..^(hash.Length + 1)])
            : new PodOwner(owner.Kind, ns, owner.Name);
    }

    /// <summary>For instance "Deployment default/web".</summary>
    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
