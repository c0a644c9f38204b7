using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Backups;

/// <summary>The kinds that a backup may hold, in the order in which they are created; they are deleted in the opposite one.</summary>
internal static class ManifestKinds
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public static readonly EntityMetadata ServiceAccount = new("", "v1", "ServiceAccount", "serviceaccounts", EntityScope.Namespaced);
    public static readonly EntityMetadata ClusterRole = new(Rbac, "v1", "ClusterRole", "clusterroles", EntityScope.Cluster);
    public static readonly EntityMetadata ClusterRoleBinding = new(Rbac, "v1", "ClusterRoleBinding", "clusterrolebindings", EntityScope.Cluster);
    public static readonly EntityMetadata Role = new(Rbac, "v1", "Role", "roles", EntityScope.Namespaced);
    public static readonly EntityMetadata RoleBinding = new(Rbac, "v1", "RoleBinding", "rolebindings", EntityScope.Namespaced);

    private static readonly EntityMetadata[] s_order =
    [
        V1Namespace.Entity, V1Secret.Entity, V1ConfigMap.Entity, ServiceAccount, ClusterRole, ClusterRoleBinding, Role, RoleBinding, V1DaemonSet.Entity,
    ];

    /// <returns>null for a kind that no backup holds.</returns>
    public static EntityMetadata? Find(string? apiVersion, string? kind) => s_order.FirstOrDefault(e => e.ApiVersion == apiVersion && e.Kind == kind);

    public static int OrderOf(RecordedObject recorded) => Array.FindIndex(s_order, e => e.Kind == recorded.Kind);

    public static string PathOf(RecordedObject recorded) =>
        KubernetesPath.Object(Find(recorded.ApiVersion, recorded.Kind)!, new NamespacedName(recorded.Namespace, recorded.Name));

    public static string CollectionOf(JsonObject manifest) =>
        KubernetesPath.Collection(Find((string?)manifest["apiVersion"], (string?)manifest["kind"])!, (string?)manifest["metadata"]!["namespace"]);

    public static RecordedObject Reference(JsonObject manifest, BackupPart part, string? shared = null)
    {
        var metadata = manifest["metadata"]!;
        return new RecordedObject((string)manifest["apiVersion"]!, (string)manifest["kind"]!, (string?)metadata["namespace"], (string)metadata["name"]!, (string?)metadata["uid"] ?? "", part, shared);
    }
}
