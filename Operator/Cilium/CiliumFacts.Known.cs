using NetProfile.Cilium.Facts;

namespace NetProfile.Cilium;

/// <summary>What an agent does where the kernel lacks what a feature needs.</summary>
public enum UnmetKernel
{
    /// <summary>The feature stays off, and only a log line says so.</summary>
    Off,

    /// <summary>The agent exits.</summary>
    Fatal,
}

/// <summary>A release, or a range of them, with a defect that others have reported.</summary>
public sealed record KnownBadRelease(FindingSeverity Severity, string Because, string Use, string Source);

/// <summary><paramref name="Kernel"/> is the lowest version with it, as in <c>uname -r</c>.</summary>
public sealed record KernelRequirement(string Feature, Version Kernel, IReadOnlyList<string> Options, UnmetKernel Unmet, string Source);

/// <summary>Facts that are lists: broken releases, and what nodes must have.</summary>
public sealed partial class CiliumFacts
{
    /// <summary>The kernel that any agent of this version needs. Red Hat's 4.18 with its backports counts up to 1.19.</summary>
    public Version KernelFloor => System.Version.Parse(release.KernelFloor);

    /// <summary>The defect that this very release is known for; null for most.</summary>
    public KnownBadRelease? KnownBad
    {
        get
        {
            var entry = FactsDocuments.Releases.KnownBad.FirstOrDefault(bad =>
                Version >= CiliumVersion.Parse(bad.From) && Version <= CiliumVersion.Parse(bad.To));
            return entry is null ? null : new KnownBadRelease(entry.Severity, entry.Because, entry.Use, entry.Source);
        }
    }

    /// <summary>What the kernel must have for a feature (BBR, IPv4BigTCP, WireGuard, …, Base); never lower than <see cref="KernelFloor"/>.</summary>
    public KernelRequirement? KernelFor(string feature)
    {
        var entry = FactsDocuments.Releases.KernelFeatures.FirstOrDefault(f => f.Feature == feature);
        if (entry is null)
        {
            return null;
        }

        var kernel = System.Version.Parse(entry.Kernel);
        return new KernelRequirement(entry.Feature, kernel > KernelFloor ? kernel : KernelFloor, entry.Options, entry.Unmet, entry.Source);
    }
}
