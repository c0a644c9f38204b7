using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>Services: defaults, cluster IPs from 10.96.0.0/12 and node ports from 30000 on.</summary>
internal sealed class ServiceDefaults(Func<ObjectStore> store) : IObjectRules
{
    private int nextAddress = 9;
    private int nextPort = 30000;

    public void Default(ObjectWrite write)
    {
        if (write.Resource.QualifiedPlural != "services" || write.Options.Subresource.Length > 0)
        {
            return;
        }

        var spec = write.Value.Ensure("spec").Defaults("""{"type":"ClusterIP","sessionAffinity":"None"}""");
        var type = spec.Str("type");
        var old = write.Old.Obj("spec");
        foreach (var port in spec.Arr("ports").Objects())
        {
            port.Default("protocol", "TCP");
            if (port["targetPort"] is null && port["port"] is { } number)
            {
                port["targetPort"] = number.DeepClone();
            }
        }

        if (type == "ExternalName")
        {
            return;
        }

        spec.Default("internalTrafficPolicy", "Cluster");
        Address(spec, old, write.Options.DryRun);
        if (type is "NodePort" or "LoadBalancer")
        {
            spec.Default("externalTrafficPolicy", "Cluster");
            Ports(spec, old);
        }

        if (type == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }

        if (write.Old is null)
        {
            write.Value["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        }
    }

    private void Address(JsonObject spec, JsonObject? old, bool dryRun)
    {
        foreach (var key in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
        {
            if (old?[key] is { } kept)
            {
                spec.Default(key, kept.DeepClone());
            }
        }

        if (string.IsNullOrEmpty(spec.Str("clusterIP")))
        {
            spec["clusterIP"] = dryRun ? null : Free();
        }

        if (spec.Str("clusterIP") is { Length: > 0 } address)
        {
            spec.Default("clusterIPs", new JsonArray(address)).Default("ipFamilyPolicy", "SingleStack");
            spec.Default("ipFamilies", new JsonArray(address.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4"));
        }
    }

    private string Free()
    {
        var used = store().List("services").Select(service => service.Str("spec", "clusterIP")).ToHashSet();
        while (true)
        {
            var next = Interlocked.Increment(ref nextAddress);
            var address = $"10.{96 + (next >> 16)}.{(next >> 8) & 255}.{next & 255}";
            if (!used.Contains(address))
            {
                return address;
            }
        }
    }

    private void Ports(JsonObject spec, JsonObject? old)
    {
        var before = old.Arr("ports").Objects().ToList();
        foreach (var port in spec.Arr("ports").Objects().Where(port => port.Long("nodePort") is null or 0))
        {
            var same = before.FirstOrDefault(known => JsonReading.Same(known["port"], port["port"]) && known.Str("protocol") == port.Str("protocol"));
            port["nodePort"] = same.Long("nodePort") is { } kept and > 0 ? kept : FreePort();
        }
    }

    private int FreePort()
    {
        var used = store().List("services").SelectMany(service => service.Arr("spec", "ports").Objects()).Select(port => port.Long("nodePort")).ToHashSet();
        int next;
        do
        {
            next = Interlocked.Increment(ref nextPort);
        }
        while (used.Contains(next));

        return next;
    }
}
