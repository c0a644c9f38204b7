using System.Security.Cryptography;
using System.Text;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Preflight;

namespace NetProfile.NetworkProfiles.Paths;

/// <summary>
/// Changes when anything changes that a plan was based on, so that an approval is of exactly what was shown: every stage of the way, the
/// revision that it starts from, what the operator does beside helm, and what the cluster is like where that matters. Once the first
/// stage is made its mark keeps the digest, as long as the same end is wanted. Pure.
/// </summary>
internal static class PlanDigest
{
    /// <summary>Kinds that charts render where they are served.</summary>
    private static readonly string[] s_capabilities = ["monitoring.coreos.com", "gateway.networking.k8s.io", "cert-manager.io"];

    public static string Of(EffectiveSpec spec, DesiredRelease target, ReleasePath path, HelmStep wanted, IEnumerable<PreflightFinding> findings, NetworkProfileObservation seen)
    {
        var text = string.Join('\n', [
            target.Digest,
            wanted.Action.ToString(),
            .. path.Stages.Select(stage => $"{stage.Name} {stage.Release.Digest} {stage.Disruption}"),
            seen.DeployedRelease is { } deployed ? $"{deployed.Revision} {deployed.ChartVersion} {ValuesDigest.Of(deployed.Values)} {HelmMark.ProfileOf(deployed)}" : "",
            $"{seen.Nodes.Count}",

            // What no Helm value has.
            spec.Rollout.ToString(),
            spec.PreviousCNI.ToString(),
            $"{spec.RoutingSwitch} {spec.UnmanagedPods} {spec.KubeProxyReplacement.KubeProxy}",

            // Charts render other objects for other servers, and agents behave otherwise on other kernels. What is measured comes and
            // goes (an API server that restarts), and would void an approval with it: that is looked at again before every step.
            seen.KubernetesVersion,
            string.Join(' ', seen.Survey.ApiGroups.Intersect(s_capabilities, StringComparer.Ordinal).Order(StringComparer.Ordinal)),
            .. findings.Where(f => !f.Blocks && f.Reason == PreflightReasons.KernelTooOld).Select(f => $"{f.Reason} {f.Message}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
