namespace NetProfile.Crds.Meta;

/// <summary>The key of an object; <paramref name="Namespace"/> is null for a cluster-scoped one.</summary>
public readonly record struct NamespacedName(string? Namespace, string Name)
{
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
