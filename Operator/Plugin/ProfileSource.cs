using System.CommandLine;
using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Commands.Input;
using NetProfile.Commands.Validation;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>The profile that a verb is about: the cluster's as its operator has reported it, or else, as of one in files, what this program finds by itself.</summary>
internal sealed class ProfileSource
{
    private readonly Option<string[]> _files = InputFiles.Option(required: false);

    private readonly Option<bool> _recursive = InputFiles.Recursive();

    private readonly Option<bool> _live = new("--live") { Description = "Look at the cluster now, by this program and your rights, in place of telling what the operator has found. So it is anyway where no operator has looked at the profile, and for files." };

    public static ProfileSource AddTo(Command command)
    {
        var source = new ProfileSource();
        source._files.Description += " The cluster is looked at as if it was applied.";
        command.Options.Add(source._files);
        command.Options.Add(source._recursive);
        command.Options.Add(source._live);
        return source;
    }

    /// <returns>The profile with its status, and whether the API server would take it. What it wouldn't is said already.</returns>
    public async Task<(V1Alpha1NetworkProfile Profile, bool IsSound)> ReadAsync(ParseResult result, IKubernetesClient client, string? name, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        if (result.GetValue(_files) is { Length: > 0 } files)
        {
            var inputs = await InputFiles.ReadAsync(files, result.GetValue(_recursive), environment, cancellationToken);
            return await OfFilesAsync(inputs, client, name, environment, cancellationToken);
        }

        var profile = await ProfileReader.FindAsync(client, name, cancellationToken);
        if (profile.IsCurrent() && !result.GetValue(_live))
        {
            return (profile, true);
        }

        return (profile.IsCurrent() ? await ClusterLook.AtAsync(client, profile, null, environment, cancellationToken) : await ClusterLook.InsteadAsync(client, profile, environment, cancellationToken), true);
    }

    private static async Task<(V1Alpha1NetworkProfile Profile, bool IsSound)> OfFilesAsync(
        IReadOnlyList<InputText> inputs, IKubernetesClient client, string? name, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var documents = inputs.SelectMany(InputDocument.ReadAll).ToList();
        var document = ProfileFile.Only([.. documents.Where(d => name is null || d.Name == name)]);
        var (spec, problems) = ProfileValidator.Read(document);
        foreach (var problem in problems.OrderBy(p => p.Line ?? 0))
        {
            await environment.Error.WriteLineAsync(problem.ToString());
        }

        if (spec is null)
        {
            throw new CommandException($"{document.File}: the spec can't be read, so there is nothing to look for in the cluster", ExitCode.No);
        }

        var profile = await AppliedAsync(client, document, spec, cancellationToken);
        var (values, _) = ValuesDocuments.Find(document, spec, documents);
        var bringsAll = values.Count > 0 && values.Count == spec.Cilium?.ValuesFrom?.Count;
        return (await ClusterLook.AtAsync(client, profile, bringsAll ? values : null, environment, cancellationToken), problems.All(p => p.Severity != ProblemSeverity.Error));
    }

    /// <summary>As it would stand in the cluster: what is there of that name stays but for its spec.</summary>
    private static async Task<V1Alpha1NetworkProfile> AppliedAsync(IKubernetesClient client, InputDocument document, NetworkProfileSpec spec, CancellationToken cancellationToken)
    {
        var name = document.Name ?? "cluster";
        var present = await client.GetAsync<V1Alpha1NetworkProfile>(new NamespacedName(null, name), cancellationToken);
        var metadata = present?.Metadata ?? new V1ObjectMeta { Name = name };
        var annotations = new Dictionary<string, string>(metadata.Annotations ?? new Dictionary<string, string>());
        foreach (var (key, value) in (document.Root!["metadata"] as JsonObject)?["annotations"] as JsonObject ?? [])
        {
            annotations[key] = value?.ToString() ?? "";
        }

        return new V1Alpha1NetworkProfile
        {
            Metadata = metadata with { Generation = (metadata.Generation ?? 0) + 1, Annotations = annotations },
            Spec = spec,
            Status = present?.Status,
        };
    }
}
