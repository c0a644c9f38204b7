using System.Globalization;
using System.Security.Cryptography;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// Who this process is, as a label value: <c>pod-&lt;uid&gt;.&lt;random&gt;</c> in a pod, <c>host-&lt;boot id&gt;.&lt;random&gt;</c>
/// outside of one. The random part changes with every start, so that a restarted container is told from the one before it.
/// Every revision that helm stores for this operator carries it, and so does the environment of the helm process.
/// </summary>
public sealed record OperatorIdentity(string Place, string Instance)
{
    /// <summary>In the environment of every helm process that this operator starts.</summary>
    public const string EnvironmentVariable = "NETPROFILE_HOLDER";

    private const string PodPrefix = "pod-";

    /// <summary>null outside of a pod.</summary>
    public string? PodUid => PodUidOf(ToString());

    public static OperatorIdentity Create(string? podUid) =>
        new(
            podUid is { Length: > 0 } ? PodPrefix + podUid : "host-" + BootId(),
            RandomNumberGenerator.GetHexString(8, lowercase: true));

    public static string PlaceOf(string holder) => holder.Split('.')[0];

    public static string? PodUidOf(string holder) =>
        PlaceOf(holder) is var place && place.StartsWith(PodPrefix, StringComparison.Ordinal) ? place[PodPrefix.Length..] : null;

    public override string ToString() => $"{Place}.{Instance}";

    /// <summary>Changes with every boot of the machine, so that a process of before the boot is known to be gone.</summary>
    private static string BootId()
    {
        const string file = "/proc/sys/kernel/random/boot_id";
        return File.Exists(file) ? File.ReadAllText(file).Trim() : Environment.MachineName.ToLower(CultureInfo.InvariantCulture);
    }
}
