using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>`kubectl netprofile status`: from one object and the time to a page.</summary>
internal static class StatusView
{
    public static IRenderable Render(V1Alpha1NetworkProfile profile, DateTimeOffset now)
    {
        var parts = new List<IRenderable> { Heading(profile), Text.Empty };
        parts.Add(Parts.Section("Network", Network(profile)));
        if (profile.Status is { } status)
        {
            parts.AddRange(ConditionsView.Render(profile, now));
            parts.AddRange(FeaturesView.Render(status.Features));
            parts.AddRange(NodesSummaryView.Render(status.Nodes));
            parts.AddRange(PlanView.Open(status.Plan, now));
        }

        return new Rows(parts);
    }

    public static string Color(Standing standing) => standing switch
    {
        Standing.Ready => Parts.Good,
        Standing.Stalled or Standing.NotReady => Parts.Bad,
        _ => Parts.Careful,
    };

    private static Paragraph Heading(V1Alpha1NetworkProfile profile) => new Paragraph()
        .Append("NetworkProfile ", Style.Plain)
        .Append(profile.Metadata.Name ?? "", Style.Parse(Parts.Loud))
        .Append(": ", Style.Plain)
        .Append(profile.Sentence(), Style.Parse(Color(profile.Standing())));

    private static Grid Network(V1Alpha1NetworkProfile profile)
    {
        var (spec, status) = (profile.Spec, profile.Status);
        var pairs = new List<(string, IRenderable)>
        {
            ("Wanted", Parts.Plain($"Cilium {spec?.Cilium?.Version}, {NetworkProfileDefaults.Resolve(spec).Routing.Mode} routing")),
            ("Release", Release(profile)),
        };
        if (status?.Effective is { } effective)
        {
            var cidrs = (effective.Ipv4PodCIDRs ?? []).Concat(effective.Ipv6PodCIDRs ?? []).ToList();
            pairs.Add(("Pod CIDRs", Parts.Plain(cidrs.Count > 0 ? string.Join(", ", cidrs) : "not known yet")));
            if (effective.PreviousCNI is { } previous)
            {
                pairs.Add(("Previous CNI", Parts.Plain(previous.ToString())));
            }
        }

        if (status?.Platform is { } platform)
        {
            var kubernetes = platform.KubernetesVersion is { } version ? $"Kubernetes {version}" : null;
            pairs.Add(("Platform", Parts.Plain(string.Join(", ", new[] { platform.Kind == "unknown" ? null : platform.Kind, kubernetes }.OfType<string>()))));
        }

        if (spec?.Suspend == true)
        {
            pairs.Add(("Suspended", Parts.Colored("yes: nothing is changed until `kubectl netprofile resume`", Parts.Careful)));
        }

        return Parts.Pairs(pairs);
    }

    private static IRenderable Release(V1Alpha1NetworkProfile profile)
    {
        var (wanted, cilium) = (profile.Spec?.Cilium, profile.Status?.Cilium);
        var name = $"{wanted?.Namespace ?? NetworkProfileDefaults.Namespace}/{wanted?.ReleaseName ?? NetworkProfileDefaults.ReleaseName}";
        if (cilium?.Revision is not { } revision)
        {
            return Parts.Colored($"{name} is not installed", Parts.Careful);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{name}, Cilium {cilium.Version}, revision {revision}");
        return cilium.Version == wanted?.Version ? Parts.Plain(text) : Parts.Colored(text, Parts.Careful);
    }
}
