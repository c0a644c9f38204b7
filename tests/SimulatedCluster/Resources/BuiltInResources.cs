namespace NetProfile.SimulatedCluster.Resources;

/// <summary>The resources every API server has, one line each: kind, plural, scope, short names, subresources, categories.</summary>
internal static class BuiltInResources
{
    private const string Table = """
        v1
          Binding bindings ns - - - create
          ConfigMap configmaps ns cm - -
          Endpoints endpoints ns ep - -
          Event events ns ev - -
          LimitRange limitranges ns limits - -
          Namespace namespaces cluster ns status,finalize - create,delete,get,list,patch,update,watch
          Node nodes cluster no status,proxy -
          PersistentVolumeClaim persistentvolumeclaims ns pvc status -
          PersistentVolume persistentvolumes cluster pv status -
          Pod pods ns po status,log,exec,attach,portforward,eviction,binding,ephemeralcontainers,proxy all
          PodTemplate podtemplates ns - - -
          ReplicationController replicationcontrollers ns rc status,scale all
          ResourceQuota resourcequotas ns quota status -
          Secret secrets ns - - -
          ServiceAccount serviceaccounts ns sa token -
          Service services ns svc status,proxy all
        apps/v1
          ControllerRevision controllerrevisions ns - - -
          DaemonSet daemonsets ns ds status all
          Deployment deployments ns deploy status,scale all
          ReplicaSet replicasets ns rs status,scale all
          StatefulSet statefulsets ns sts status,scale all
        batch/v1
          CronJob cronjobs ns cj status all
          Job jobs ns - status all
        autoscaling/v2
          HorizontalPodAutoscaler horizontalpodautoscalers ns hpa status all
        autoscaling/v1
          HorizontalPodAutoscaler horizontalpodautoscalers ns hpa status all
        rbac.authorization.k8s.io/v1
          ClusterRoleBinding clusterrolebindings cluster - - -
          ClusterRole clusterroles cluster - - -
          RoleBinding rolebindings ns - - -
          Role roles ns - - -
        coordination.k8s.io/v1
          Lease leases ns - - -
        discovery.k8s.io/v1
          EndpointSlice endpointslices ns - - -
        events.k8s.io/v1
          Event events ns ev - -
        policy/v1
          PodDisruptionBudget poddisruptionbudgets ns pdb status -
        networking.k8s.io/v1
          IngressClass ingressclasses cluster - - -
          Ingress ingresses ns ing status -
          NetworkPolicy networkpolicies ns netpol - -
        scheduling.k8s.io/v1
          PriorityClass priorityclasses cluster pc - -
        storage.k8s.io/v1
          CSIDriver csidrivers cluster - - -
          CSINode csinodes cluster - - -
          StorageClass storageclasses cluster sc - -
          VolumeAttachment volumeattachments cluster - status -
        node.k8s.io/v1
          RuntimeClass runtimeclasses cluster - - -
        certificates.k8s.io/v1
          CertificateSigningRequest certificatesigningrequests cluster csr status,approval -
        apiextensions.k8s.io/v1
          CustomResourceDefinition customresourcedefinitions cluster crd,crds status api-extensions
        apiregistration.k8s.io/v1
          APIService apiservices cluster - status api-extensions
        admissionregistration.k8s.io/v1
          MutatingWebhookConfiguration mutatingwebhookconfigurations cluster - - api-extensions
          ValidatingAdmissionPolicy validatingadmissionpolicies cluster - status api-extensions
          ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster - - api-extensions
          ValidatingWebhookConfiguration validatingwebhookconfigurations cluster - - api-extensions
        authorization.k8s.io/v1
          LocalSubjectAccessReview localsubjectaccessreviews ns - - - create
          SelfSubjectAccessReview selfsubjectaccessreviews cluster - - - create
          SelfSubjectRulesReview selfsubjectrulesreviews cluster - - - create
          SubjectAccessReview subjectaccessreviews cluster - - - create
        authentication.k8s.io/v1
          SelfSubjectReview selfsubjectreviews cluster - - - create
          TokenReview tokenreviews cluster - - - create
        """;

    public static IEnumerable<ResourceDefinition> All()
    {
        var group = "";
        var version = "";
        foreach (var line in Table.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 1)
            {
                var slash = words[0].IndexOf('/', StringComparison.Ordinal);
                group = slash < 0 ? "" : words[0][..slash];
                version = words[0][(slash + 1)..];
                continue;
            }

            yield return new ResourceDefinition
            {
                Group = group,
                Version = version,
                Kind = words[0],
                Plural = words[1],
                Singular = words[0].ToLowerInvariant(),
                Namespaced = words[2] == "ns",
                ShortNames = Words(words[3]),
                Subresources = Words(words[4]),
                Categories = Words(words[5]),
                Verbs = words.Length > 6 ? Words(words[6]) : ResourceDefinition.AllVerbs,
            };
        }
    }

    private static string[] Words(string text) => text == "-" ? [] : text.Split(',');
}
