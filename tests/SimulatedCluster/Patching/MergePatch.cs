using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Patching;

/// <summary>RFC 7386.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject nested)
            {
                var child = target[key] as JsonObject ?? [];
                if (child.Parent is not null)
                {
                    Apply(child, nested);
                }
                else
                {
                    target[key] = Apply(child, nested);
                }
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }

        return target;
    }
}
