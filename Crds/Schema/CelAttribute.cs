namespace NetProfile.Crds.Schema;

/// <summary>
/// An x-kubernetes-validations rule on a record or a field. Rules use only what API servers know since 1.28 (no optionalOldSelf,
/// no ip() or cidr()), and all that they walk over is bounded, so that they stay under the cost limits. The message names
/// the field, what is wrong, and what to do.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class CelAttribute(string rule, string message) : Attribute
{
    public string Rule { get; } = rule;

    public string Message { get; } = message;
}
