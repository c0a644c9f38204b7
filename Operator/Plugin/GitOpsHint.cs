using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Plugin;

/// <summary>Who will undo a change of spec that isn't made in Git.</summary>
internal static class GitOpsHint
{
    public static string? Of(V1Alpha1NetworkProfile profile)
    {
        var (labels, annotations) = (profile.Metadata.Labels, profile.Metadata.Annotations);
        var owner = true switch
        {
            _ when labels?.ContainsKey("kustomize.toolkit.fluxcd.io/name") == true => $"Flux's Kustomization {labels["kustomize.toolkit.fluxcd.io/name"]}",
            _ when labels?.ContainsKey("helm.toolkit.fluxcd.io/name") == true => $"Flux's HelmRelease {labels["helm.toolkit.fluxcd.io/name"]}",
            _ when annotations?.ContainsKey("argocd.argoproj.io/tracking-id") == true => $"Argo CD's application {annotations["argocd.argoproj.io/tracking-id"].Split(':')[0]}",
            _ => null,
        };
        return owner is null ? null : $"{owner} manages this object and may set spec.suspend back: change it in Git, too";
    }
}
