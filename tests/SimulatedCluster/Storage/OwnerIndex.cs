using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>Who exists, and who depends on whom, by uid. Guarded by the store's lock.</summary>
internal sealed class OwnerIndex
{
    private readonly HashSet<string> alive = [];
    private readonly Dictionary<string, HashSet<(string Resource, ObjectKey Key)>> dependents = [];

    public bool Exists(string uid) => alive.Contains(uid);

    public IReadOnlyList<(string Resource, ObjectKey Key)> DependentsOf(string uid) =>
        dependents.TryGetValue(uid, out var found) ? [.. found] : [];

    public void Track(Change change)
    {
        var id = (change.Resource, change.Object.Key);
        foreach (var owner in Uids(change.Previous?.Value))
        {
            if (dependents.TryGetValue(owner, out var set) && set.Remove(id) && set.Count == 0)
            {
                dependents.Remove(owner);
            }
        }

        if (change.Type == ChangeType.Deleted)
        {
            alive.Remove(change.Object.Value.Uid());
            return;
        }

        alive.Add(change.Object.Value.Uid());
        foreach (var owner in Uids(change.Object.Value))
        {
            if (!dependents.TryGetValue(owner, out var set))
            {
                dependents[owner] = set = [];
            }

            set.Add(id);
        }
    }

    private static IEnumerable<string> Uids(JsonObject? value) =>
        value?.OwnerReferences().Select(reference => reference.Str("uid")).OfType<string>() ?? [];
}
