using System.Collections.Immutable;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>All resources that the server serves; custom ones come and go with their CRDs.</summary>
public sealed class ResourceRegistry
{
    private readonly Lock gate = new();
    private ImmutableArray<ResourceDefinition> all = [.. BuiltInResources.All()];
    private ImmutableDictionary<string, ResourceDefinition> byPath = ImmutableDictionary<string, ResourceDefinition>.Empty;
    private ImmutableDictionary<string, ResourceDefinition> byName = ImmutableDictionary<string, ResourceDefinition>.Empty;

    public ResourceRegistry() => Index();

    public ImmutableArray<ResourceDefinition> All => all;

    /// <summary>Grows with every change, for caches of discovery documents.</summary>
    public int Revision { get; private set; }

    public ResourceDefinition? Find(string group, string version, string plural) => byPath.GetValueOrDefault($"{group}/{version}/{plural}");

    /// <summary>By <c>daemonsets.apps</c>; the preferred version.</summary>
    public ResourceDefinition? Find(string qualifiedPlural) => byName.GetValueOrDefault(qualifiedPlural);

    public ResourceDefinition? FindKind(string apiVersion, string kind) =>
        all.FirstOrDefault(resource => resource.Kind == kind && resource.ApiVersion == apiVersion);

    public ResourceDefinition Get(string qualifiedPlural) =>
        Find(qualifiedPlural) ?? throw new KeyNotFoundException($"no resource {qualifiedPlural} (write it as \"pods\" or \"daemonsets.apps\")");

    /// <summary>Replaces the versions of one custom resource; none removes it.</summary>
    public void Set(string qualifiedPlural, IEnumerable<ResourceDefinition> versions)
    {
        lock (gate)
        {
            all = [.. all.Where(resource => !resource.IsCustom || resource.QualifiedPlural != qualifiedPlural), .. versions];
            Index();
            Revision++;
        }
    }

    private void Index()
    {
        byPath = all.ToImmutableDictionary(resource => $"{resource.Group}/{resource.Version}/{resource.Plural}");
        byName = all.GroupBy(resource => resource.QualifiedPlural).ToImmutableDictionary(group => group.Key, group => group.First());
    }
}
