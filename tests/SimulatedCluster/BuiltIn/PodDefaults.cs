using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>Defaults of pods and pod templates, as the API server writes them.</summary>
internal static class PodDefaults
{
    private static readonly string[] VolumeSources = ["name"];

    public static void Apply(JsonObject spec, bool isPod)
    {
        spec.Defaults("""{"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler"}""");
        if (isPod)
        {
            spec.Default("enableServiceLinks", true).Default("serviceAccountName", "default");
        }

        if (spec.Str("serviceAccountName") is { Length: > 0 } account)
        {
            spec["serviceAccount"] = account;
        }
        else if (spec.Str("serviceAccount") is { Length: > 0 } deprecated)
        {
            spec["serviceAccountName"] = deprecated;
        }

        foreach (var container in spec.Arr("initContainers").Objects().Concat(spec.Arr("containers").Objects()))
        {
            Container(container, spec.Bool("hostNetwork") == true);
        }

        foreach (var volume in spec.Arr("volumes").Objects())
        {
            Volume(volume);
        }

        foreach (var constraint in spec.Arr("topologySpreadConstraints").Objects().Where(_ => isPod))
        {
            constraint.Defaults("""{"nodeAffinityPolicy":"Honor","nodeTaintsPolicy":"Ignore"}""");
        }
    }

    private static void Container(JsonObject container, bool hostNetwork)
    {
        container.Defaults("""{"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","resources":{}}""")
            .Default("imagePullPolicy", PullPolicy(container.Str("image") ?? ""));
        foreach (var port in container.Arr("ports").Objects())
        {
            port.Default("protocol", "TCP");
            if (hostNetwork && port["containerPort"] is { } number)
            {
                port.Default("hostPort", number.DeepClone());
            }
        }

        foreach (var key in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Obj(key) is { } probe)
            {
                probe.Defaults("""{"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}""");
                probe.DefaultsIn("httpGet", """{"path":"/","scheme":"HTTP"}""");
            }
        }

        foreach (var hook in (string[])["postStart", "preStop"])
        {
            container.Obj("lifecycle", hook)?.DefaultsIn("httpGet", """{"path":"/","scheme":"HTTP"}""");
        }

        foreach (var variable in container.Arr("env").Objects())
        {
            variable.Obj("valueFrom")?.DefaultsIn("fieldRef", """{"apiVersion":"v1"}""");
            variable.Obj("valueFrom")?.DefaultsIn("resourceFieldRef", """{"divisor":"0"}""");
        }

        // Requests follow limits.
        if (container.Obj("resources", "limits") is { } limits)
        {
            var requests = container.Ensure("resources", "requests");
            foreach (var (name, value) in limits)
            {
                requests[name] ??= value?.DeepClone();
            }
        }
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.Select(pair => pair.Key).All(VolumeSources.Contains))
        {
            volume["emptyDir"] = new JsonObject();
        }

        volume.DefaultsIn("hostPath", """{"type":""}""");
        volume.DefaultsIn("configMap", """{"defaultMode":420}""");
        volume.DefaultsIn("secret", """{"defaultMode":420}""");
        volume.DefaultsIn("downwardAPI", """{"defaultMode":420}""");
        volume.DefaultsIn("projected", """{"defaultMode":420}""");
        foreach (var source in volume.Arr("projected", "sources").Objects())
        {
            source.DefaultsIn("serviceAccountToken", """{"expirationSeconds":3600}""");
            foreach (var item in source.Arr("downwardAPI", "items").Objects())
            {
                item.DefaultsIn("fieldRef", """{"apiVersion":"v1"}""");
            }
        }

        foreach (var item in volume.Arr("downwardAPI", "items").Objects())
        {
            item.DefaultsIn("fieldRef", """{"apiVersion":"v1"}""");
        }
    }

    private static string PullPolicy(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        var tag = colon > name.LastIndexOf('/') ? name[(colon + 1)..] : "";
        return image.Contains('@', StringComparison.Ordinal) || tag is not ("" or "latest") ? "IfNotPresent" : "Always";
    }
}
