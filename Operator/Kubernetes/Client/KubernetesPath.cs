using System.Globalization;
using System.Text;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

internal static class KubernetesPath
{
    public static string Collection(EntityMetadata entity, string? @namespace)
    {
        var root = entity.Group.Length == 0 ? $"/api/{entity.Version}" : $"/apis/{entity.Group}/{entity.Version}";
        return entity.Scope == EntityScope.Namespaced && !string.IsNullOrEmpty(@namespace)
            ? $"{root}/namespaces/{Uri.EscapeDataString(@namespace)}/{entity.Plural}"
            : $"{root}/{entity.Plural}";
    }

    public static string Object(EntityMetadata entity, NamespacedName name, string? subresource = null)
    {
        if (entity.Scope == EntityScope.Namespaced && string.IsNullOrEmpty(name.Namespace))
        {
            throw new ArgumentException($"{entity.Kind} '{name.Name}' is namespaced, and no namespace is given");
        }

        // An empty name would address the whole collection; a DELETE of that is not what anybody meant.
        if (string.IsNullOrEmpty(name.Name))
        {
            throw new ArgumentException($"no name is given for a {entity.Kind}");
        }

        var path = $"{Collection(entity, name.Namespace)}/{Uri.EscapeDataString(name.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }
}

/// <summary>A query string of the parameters that are set.</summary>
internal sealed class QueryBuilder
{
    private readonly StringBuilder _query = new();

    public QueryBuilder Add(string name, string? value)
    {
        if (value is not null)
        {
            _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public QueryBuilder Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryBuilder Add(string name, bool? value) => value switch
    {
        true => Add(name, "true"),
        false => Add(name, "false"),
        null => this,
    };

    public override string ToString() => _query.ToString();
}
