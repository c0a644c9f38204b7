namespace NetProfile.Crds.NetworkProfiles;

public static partial class NetworkProfileConditions
{
    /// <summary>A ready Cilium agent with the wanted configuration runs on every node.</summary>
    public static class AgentsReady
    {
        public const string Type = "AgentsReady";

        /// <summary>Surfaces when all agents are ready, current, and healthy by their own word.</summary>
        public const string Ready = "Ready";

        /// <summary>Surfaces when the DaemonSet doesn't exist.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when agents are being replaced.</summary>
        public const string RollingOut = "RollingOut";

        /// <summary>Surfaces when pods of the DaemonSet aren't ready.</summary>
        public const string PodsNotReady = "PodsNotReady";

        /// <summary>Surfaces when agents crash again and again; the message has the line that they die with.</summary>
        public const string CrashLooping = "CrashLooping";

        /// <summary>Surfaces when agents are ready and haven't all said yet that they are well, or say since a short while that they aren't.</summary>
        public const string Verifying = "Verifying";

        /// <summary>Surfaces when agents are ready but report errors: a degraded module, a failing controller, endpoints that aren't ready.</summary>
        public const string Degraded = "Degraded";

        /// <summary>Surfaces when agents run another configuration than the release's.</summary>
        public const string OutdatedConfiguration = "OutdatedConfiguration";

        /// <summary>Surfaces when agents couldn't be asked.</summary>
        public const string Unreachable = "Unreachable";
    }

    /// <summary>The Cilium operator is available.</summary>
    public static class OperatorReady
    {
        public const string Type = "OperatorReady";

        /// <summary>Surfaces when all its replicas are ready and current.</summary>
        public const string Ready = "Ready";

        /// <summary>Surfaces when the Deployment doesn't exist.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when pods are being replaced.</summary>
        public const string RollingOut = "RollingOut";

        /// <summary>Surfaces when pods aren't ready.</summary>
        public const string PodsNotReady = "PodsNotReady";
    }

    /// <summary>The Envoy proxy runs on every node, or isn't part of this installation.</summary>
    public static class EnvoyReady
    {
        public const string Type = "EnvoyReady";

        /// <summary>Surfaces when all its pods are ready and current.</summary>
        public const string Ready = "Ready";

        /// <summary>Surfaces when Envoy runs inside the agents or not at all.</summary>
        public const string Disabled = "Disabled";

        /// <summary>Surfaces when the DaemonSet doesn't exist although it should.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when pods are being replaced.</summary>
        public const string RollingOut = "RollingOut";

        /// <summary>Surfaces when pods aren't ready.</summary>
        public const string PodsNotReady = "PodsNotReady";
    }

    /// <summary>Hubble's relay and web interface run as far as they are wanted.</summary>
    public static class HubbleReady
    {
        public const string Type = "HubbleReady";

        /// <summary>Surfaces when all that is wanted of Hubble is ready.</summary>
        public const string Ready = "Ready";

        /// <summary>Surfaces when Hubble isn't wanted.</summary>
        public const string Disabled = "Disabled";

        /// <summary>Surfaces when a Deployment doesn't exist although it should.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when pods are being replaced.</summary>
        public const string RollingOut = "RollingOut";

        /// <summary>Surfaces when pods aren't ready.</summary>
        public const string PodsNotReady = "PodsNotReady";

        /// <summary>Surfaces when agents report that Hubble is off or failing although it is wanted.</summary>
        public const string Degraded = "Degraded";

        /// <summary>Surfaces when all is ready, and certificates that helm made come to their end with nobody to renew them.</summary>
        public const string CertificatesExpire = "CertificatesExpire";

        /// <summary>Surfaces when certificates that helm made are over: relay and agents don't trust each other.</summary>
        public const string CertificatesExpired = "CertificatesExpired";
    }

    /// <summary>Every agent routes in the wanted mode, and its peers are reached.</summary>
    public static class RoutingActive
    {
        public const string Type = "RoutingActive";

        /// <summary>Surfaces when every agent reports the wanted mode and reaches its peers.</summary>
        public const string Active = "Active";

        /// <summary>Surfaces when cilium-config has the wanted mode and agents haven't been asked yet.</summary>
        public const string Configured = "Configured";

        /// <summary>Surfaces when there is no Cilium yet.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when agents route in another mode than spec asks.</summary>
        public const string WrongMode = "WrongMode";

        /// <summary>Surfaces when nodes are on their way from one mode to the other.</summary>
        public const string Switching = "Switching";

        /// <summary>Surfaces when agents don't reach each other.</summary>
        public const string PeersUnreachable = "PeersUnreachable";

        /// <summary>Surfaces when agents couldn't be asked.</summary>
        public const string Unknown = "Unknown";
    }

    /// <summary>Services are handled as spec.kubeProxyReplacement asks.</summary>
    public static class KubeProxyReplaced
    {
        public const string Type = "KubeProxyReplaced";

        /// <summary>Surfaces when every agent reports it and kube-proxy is parked or was never there.</summary>
        public const string Replaced = "Replaced";

        /// <summary>Surfaces when it isn't wanted and kube-proxy is left alone.</summary>
        public const string NotWanted = "NotWanted";

        /// <summary>Surfaces when cilium-config asks for it and agents haven't been asked yet.</summary>
        public const string Configured = "Configured";

        /// <summary>Surfaces when there is no Cilium yet.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when agents don't report it although it is wanted, or the other way round.</summary>
        public const string NotActive = "NotActive";

        /// <summary>Surfaces when kube-proxy still runs and its turn hasn't come.</summary>
        public const string KubeProxyRunning = "KubeProxyRunning";

        /// <summary>Surfaces when agents have taken over and spec keeps kube-proxy running beside them.</summary>
        public const string KubeProxyKept = "KubeProxyKept";

        /// <summary>Surfaces when something puts kube-proxy back after it was parked.</summary>
        public const string KubeProxyConflict = "KubeProxyConflict";

        /// <summary>Surfaces when no API server address is known that agents could use without kube-proxy.</summary>
        public const string NoApiServerEndpoint = "NoApiServerEndpoint";

        /// <summary>Surfaces when agents couldn't be asked.</summary>
        public const string Unknown = "Unknown";
    }

    /// <summary>Every pod that needs a network has it from Cilium.</summary>
    public static class PodsManaged
    {
        public const string Type = "PodsManaged";

        /// <summary>Surfaces when every pod has a Cilium endpoint.</summary>
        public const string AllManaged = "AllManaged";

        /// <summary>Surfaces when there is no Cilium yet.</summary>
        public const string NotInstalled = "NotInstalled";

        /// <summary>Surfaces when unmanaged pods are being restarted.</summary>
        public const string Restarting = "Restarting";

        /// <summary>Surfaces when unmanaged pods are left and spec.unmanagedPods is Observe.</summary>
        public const string UnmanagedPods = "UnmanagedPods";

        /// <summary>Surfaces when a PodDisruptionBudget forbids the eviction of unmanaged pods.</summary>
        public const string EvictionBlocked = "EvictionBlocked";

        /// <summary>Surfaces when unmanaged pods are left that nothing would make again.</summary>
        public const string BarePods = "BarePods";

        /// <summary>Surfaces when pods haven't been counted.</summary>
        public const string Unknown = "Unknown";
    }
}
