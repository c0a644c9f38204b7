namespace NetProfile.Crds.Schema;

/// <summary>Regular expressions of the CRDs, in the dialect that RE2 and .NET share.</summary>
public static class Patterns
{
    public const string Version = @"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$";

    public const string Sha256 = "^sha256:[0-9a-f]{64}$";

    public const string DnsLabel = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    public const string DnsSubdomain = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    public const string DataKey = "^[-._a-zA-Z0-9]+$";

    public const string Ipv4Cidr = @"^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/(3[0-2]|[12]?[0-9])$";

    public const string Ipv6Cidr = "^[0-9A-Fa-f]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$";

    public const string HostPort = @"^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?):[1-9][0-9]{0,4}$";

    public const string ChartRepository = @"^(https?://|oci://|/)[^\s]+$";

    public const string CountOrPercentage = "^([1-9][0-9]{0,4}|100%|[1-9][0-9]?%)$";

    /// <summary>A Hubble metric with its options, as Cilium's hubble-metrics takes it.</summary>
    public const string HubbleMetric = @"^[a-z][a-zA-Z0-9-]*(:[^\s]+)?$";
}
