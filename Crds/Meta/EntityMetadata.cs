namespace NetProfile.Crds.Meta;

public enum EntityScope
{
    Namespaced,
    Cluster,
}

/// <summary>What the URL of a kind is made of. <paramref name="Group"/> is empty for the core group.</summary>
public sealed record EntityMetadata(string Group, string Version, string Kind, string Plural, EntityScope Scope)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
