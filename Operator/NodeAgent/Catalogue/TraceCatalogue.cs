using System.Collections.Frozen;
using System.Text.Json;

namespace NetProfile.NodeAgent.Catalogue;

/// <summary>
/// What a network leaves behind on a node, as data. There are two: the network before Cilium (Flannel in its variants and
/// kube-proxy), and Cilium itself. Reading one refuses every entry that breaks <see cref="CatalogueRules"/>.
/// </summary>
public sealed class TraceCatalogue
{
    private readonly FrozenDictionary<string, CatalogueEntry> byId;

    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> processes;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> builtInto;

    private TraceCatalogue(string name, IReadOnlyList<CatalogueEntry> entries, IReadOnlyDictionary<string, IReadOnlyList<string>> processes, IReadOnlyDictionary<string, IReadOnlyList<string>> builtInto)
    {
        Name = name;
        this.processes = processes;
        this.builtInto = builtInto;
        Entries = entries;
        byId = entries.ToFrozenDictionary(entry => entry.Id, StringComparer.Ordinal);
    }

    /// <summary>Flannel, Canal, k3s' and kube-proxy's traces.</summary>
    public static TraceCatalogue PreviousNetwork { get; } = Embedded("previous-network.json");

    public static TraceCatalogue Cilium { get; } = Embedded("cilium.json");

    /// <summary>The catalogues by the name that the command line takes.</summary>
    public static IReadOnlyList<TraceCatalogue> All { get; } = [PreviousNetwork, Cilium];

    public string Name { get; }

    /// <summary>In the order of cleaning.</summary>
    public IReadOnlyList<CatalogueEntry> Entries { get; }

    public CatalogueEntry? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>The processes (as in /proc/PID/comm) that would make this owner's traces again.</summary>
    public IReadOnlyList<string> ProcessesOf(string owner) => processes.TryGetValue(owner, out var names) ? names : [];

    /// <summary>The processes that may have this owner built in, as k3s has Flannel.</summary>
    public IReadOnlyList<string> HostsOf(string owner) => builtInto.TryGetValue(owner, out var names) ? names : [];

    /// <exception cref="InvalidDataException">Not a catalogue, or one that asks for more than any catalogue may.</exception>
    public static TraceCatalogue Parse(ReadOnlySpan<byte> json)
    {
        CatalogueDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, CatalogueJsonContext.Default.CatalogueDocument);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the catalogue isn't readable: {exception.Message}", exception);
        }

        if (document?.Entries is null)
        {
            throw new InvalidDataException("the catalogue is empty");
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in document.Entries)
        {
            var refusal = entry is null ? "an entry is null" : CatalogueRules.Refuse(entry);
            if (refusal is null && !ids.Add(entry!.Id))
            {
                refusal = "its id is there twice";
            }

            if (refusal is not null)
            {
                throw new InvalidDataException($"catalogue entry '{Shortened(entry?.Id)}' is refused: {refusal}");
            }
        }

        return new TraceCatalogue(document.Name, [.. document.Entries.OrderBy(entry => entry.Phase)], document.Processes, document.BuiltInto);
    }

    private static string Shortened(string? id) => id is null ? "" : id.Length <= 60 ? id : id[..60] + "…";

    private static TraceCatalogue Embedded(string name)
    {
        using var stream = typeof(TraceCatalogue).Assembly.GetManifestResourceStream("NetProfile.NodeAgent.Catalogue." + name)
            ?? throw new InvalidDataException($"{name} is not embedded");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Parse(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }
}
