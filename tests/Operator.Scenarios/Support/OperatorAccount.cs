namespace NetProfile.Operator.Scenarios.Support;

/// <summary>A ServiceAccount that may do all the operator needs but write DaemonSets.</summary>
internal static class OperatorAccount
{
    public static readonly IReadOnlyList<string> WithoutDaemonSets =
    [
        """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"limited","namespace":"kube-system"}}""",
        """
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"limited"},"rules":[
          {"apiGroups":["","batch","rbac.authorization.k8s.io","coordination.k8s.io","events.k8s.io","netprofile.io","discovery.k8s.io","policy","apiextensions.k8s.io","networking.k8s.io"],"resources":["*"],"verbs":["*"]},
          {"apiGroups":["apps"],"resources":["deployments"],"verbs":["*"]},
          {"apiGroups":["apps"],"resources":["daemonsets"],"verbs":["get","list","watch"]},
          {"apiGroups":["cilium.io","gateway.networking.k8s.io","multicluster.x-k8s.io","monitoring.coreos.com","storage.k8s.io","apps"],"resources":["*"],"verbs":["get","list","watch"]},
          {"nonResourceURLs":["*"],"verbs":["get"]}]}
        """,
        """
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"limited"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"limited"},
         "subjects":[{"kind":"ServiceAccount","name":"limited","namespace":"kube-system"}]}
        """,
    ];
}
