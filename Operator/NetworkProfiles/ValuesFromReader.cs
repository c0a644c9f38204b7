using System.Text;
using NetProfile.Cilium.Values;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Serialization;

namespace NetProfile.NetworkProfiles;

/// <summary>Reads what spec.cilium.valuesFrom names, in its order. A Secret's content never reaches a message.</summary>
internal sealed class ValuesFromReader(IKubernetesClient client)
{
    public async Task<ValuesSources> ReadAsync(EffectiveCilium cilium, CancellationToken cancellationToken)
    {
        var documents = new List<RawValues>();
        var errors = new List<Blocker>();
        for (var i = 0; i < cilium.ValuesFrom.Count; i++)
        {
            var reference = cilium.ValuesFrom[i];
            var field = $"spec.cilium.valuesFrom[{i}]";
            var name = new NamespacedName(cilium.Namespace, reference.Name);
            var (exists, text) = reference.Kind == ValuesReferenceKind.Secret
                ? await SecretAsync(name, reference.Key, cancellationToken)
                : await ConfigMapAsync(name, reference.Key, cancellationToken);
            var source = $"{reference.Kind} {name} key {reference.Key}";
            if (text is null)
            {
                if (!reference.Optional)
                {
                    errors.Add(Blocker.NotAccepted(NetworkProfileConditions.Accepted.ValuesNotFound, exists
                        ? $"{field}: {reference.Kind} {name} has no key '{reference.Key}': add it, or name another key"
                        : $"{field}: {reference.Kind} {name} does not exist: create it, or set optional: true"));
                }

                continue;
            }

            try
            {
                documents.Add(new RawValues(source, YamlReader.ReadObject(text)));
            }
            catch (YamlException e)
            {
                // A parser's message may quote the text, so for a Secret only the place is told.
                var detail = reference.Kind == ValuesReferenceKind.Secret ? e.Message.Split(':')[0] : e.Message;
                errors.Add(Blocker.NotAccepted(NetworkProfileConditions.Accepted.MalformedValues, $"{field}: {source} is not a YAML document of Helm values: {detail}: mend that document"));
            }
        }

        return new ValuesSources { Documents = documents, Errors = errors };
    }

    private async Task<(bool Exists, string? Text)> ConfigMapAsync(NamespacedName name, string key, CancellationToken cancellationToken)
    {
        var configMap = await client.GetAsync<V1ConfigMap>(name, cancellationToken);
        return (configMap is not null, configMap?.Data?.GetValueOrDefault(key));
    }

    private async Task<(bool Exists, string? Text)> SecretAsync(NamespacedName name, string key, CancellationToken cancellationToken)
    {
        var secret = await client.GetAsync<V1Secret>(name, cancellationToken);
        return (secret is not null, secret?.Data?.GetValueOrDefault(key) is { } bytes ? Encoding.UTF8.GetString(bytes) : null);
    }
}
