using System.Diagnostics.Metrics;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>Numbers of spec and status. Pure.</summary>
internal static class StatusNumbers
{
    public static IEnumerable<Measurement<double>> Info(ProfileView view) =>
    [
        view.Number(
            1,
            ("version", view.Profile.Spec?.Cilium?.Version),
            ("mode", NetworkProfileDefaults.Resolve(view.Profile.Spec).Routing.Mode.ToString()),
            ("installed_version", view.Status.Cilium?.Version)),
    ];

    public static IEnumerable<Measurement<double>> Phases(ProfileView view) =>
        Enum.GetValues<NetworkProfilePhase>().Select(phase => view.Number(phase == view.Status.Phase ? 1 : 0, ("phase", phase.ToString())));

    public static IEnumerable<Measurement<double>> Features(ProfileView view) =>
        (view.Status.Features ?? []).SelectMany(feature => new[]
        {
            view.Number(feature.NodesReporting ?? 0, ("feature", feature.Name), ("reports", "wanted")),
            view.Number((feature.NodesTotal ?? 0) - (feature.NodesReporting ?? 0), ("feature", feature.Name), ("reports", "other")),
        });

    public static IEnumerable<Measurement<double>> Steps(ProfileView view) => view.Count((view.Status.Plan?.Steps ?? []).Select(step => step.State).OfType<PlanStepState>());

    public static IEnumerable<Measurement<double>> Revision(ProfileView view) => view.Optional(view.Status.Cilium?.Revision);

    public static IEnumerable<Measurement<double>> FailedAttempts(ProfileView view) => [view.Number(view.Status.Cilium?.LastAttempt?.Count ?? 0)];
}
