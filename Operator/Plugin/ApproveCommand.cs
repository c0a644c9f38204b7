using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`approve`: lets the present plan, and no other, be carried out. Its "no" is: there is nothing to approve.</summary>
internal static class ApproveCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("approve", "Approve the present plan, and no other. Exits 1 when there is none that waits.");
        var digest = new Option<string?>("--digest") { Description = "Approve only if the present plan is this one: what `plan` showed, when somebody else looked at it.", HelpName = "DIGEST" };
        command.Options.Add(digest);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var profile = await ProfileReader.FindAsync(client, cluster.Name(result), cancellationToken);
            return await ApproveAsync(client, profile, result.GetValue(digest), environment, cancellationToken);
        });
        return command;
    }

    private static async Task<int> ApproveAsync(IKubernetesClient client, V1Alpha1NetworkProfile profile, string? expected, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var name = profile.Metadata.Name!;
        var plan = profile.Status?.Plan;
        if (plan?.Digest is not { Length: > 0 } digest)
        {
            var because = profile.Condition(NetworkProfileConditions.PlanApproved.Type)?.Message ?? "the operator has not reported one yet";
            throw new CommandException($"NetworkProfile {name} has no plan to approve: {because}", ExitCode.No);
        }

        if (expected is not null && expected != digest)
        {
            throw new CommandException($"the present plan is {digest}, not {expected}: look at it with `kubectl netprofile plan {name}`", ExitCode.No);
        }

        if (!profile.IsCurrent())
        {
            throw new CommandException($"plan {digest} is of an older spec: wait for the operator to plan anew, then look at it with `kubectl netprofile plan {name}`", ExitCode.No);
        }

        if (profile.Condition(NetworkProfileConditions.PlanApproved.Type) is { } condition && !Approval.IsAwaited(profile))
        {
            await environment.Output.WriteLineAsync($"networkprofile/{name}: nothing to approve ({condition.Reason}: {condition.Message})");
            return ExitCode.Success;
        }

        await ProfilePatch.AnnotateAsync(client, name, [(NetworkProfileNames.ApprovedPlanAnnotation, digest)], cancellationToken);
        await environment.Output.WriteLineAsync($"networkprofile/{name}: plan {digest} (disruption {plan.Disruption}) approved; follow it with `kubectl netprofile status --watch`");
        return ExitCode.Success;
    }
}
