using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>IPsec takes its keys from a Secret that only a person can make.</summary>
internal static class EncryptionRules
{
    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (input.Spec.Encryption == EncryptionType.IPsec && input.Seen.Survey.IPsecKeysProblem is { } problem)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.IPsecKeys,
                $"spec.encryption.type: IPsec: {problem}: agents would not start; make it with one key of the form '3+ rfc4106(gcm(aes)) <40 hexadecimal digits> 128' "
                + $"(kubectl create -n {input.Spec.Cilium.Namespace} secret generic {IPsecKeys.SecretOf(input.RawValues())} --from-literal=keys=\"3+ rfc4106(gcm(aes)) $(openssl rand -hex 20) 128\")");
        }
    }
}
