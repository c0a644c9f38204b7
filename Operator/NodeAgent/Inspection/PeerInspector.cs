using System.Net;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Inspection;

/// <summary>
/// Which peers are on the same L2 network: one that answers as a neighbour, on the device that packets to it leave by. A common
/// subnet alone proves nothing (clouds route inside of one), and a way by a gateway disproves it.
/// </summary>
public sealed class PeerInspector(IHostNetwork network, TimeProvider clock)
{
    private const int MaxPeers = 500;
    private const int Polls = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public async Task<IReadOnlyList<PeerFacts>> LookAsync(IReadOnlyList<PeerRequest> peers, CancellationToken cancellationToken)
    {
        var facts = new List<PeerFacts>();
        var asked = new List<(PeerFacts Fact, string Device)>();
        foreach (var (peer, text) in peers.Take(MaxPeers).SelectMany(peer => (peer.Addresses ?? []).Select(text => (peer, text))))
        {
            var fact = new PeerFacts { Node = peer.Node, Address = text };
            if (!IPAddress.TryParse(text, out var address))
            {
                facts.Add(fact with { Message = "not an address" });
            }
            else if (await network.GetPathAsync(address, cancellationToken) is not var (device, gateway))
            {
                facts.Add(fact with { SameL2 = false, Message = "there is no route to it" });
            }
            else if (gateway is not null)
            {
                facts.Add(fact with { SameL2 = false, Device = device, Message = $"it is reached by way of {gateway}" });
            }
            else if (device == "lo")
            {
                facts.Add(fact with { Message = "it is this node's own address" });
            }
            else
            {
                await network.AskNeighbourAsync(address, device, cancellationToken);
                asked.Add((fact, device));
            }
        }

        facts.AddRange(await AnswersAsync(asked, cancellationToken));
        return facts;
    }

    private async Task<List<PeerFacts>> AnswersAsync(List<(PeerFacts Fact, string Device)> asked, CancellationToken cancellationToken)
    {
        var facts = new List<PeerFacts>();
        for (var poll = 1; asked.Count > 0; poll++)
        {
            var neighbours = (await network.GetNeighboursAsync(cancellationToken)).ToLookup(neighbour => (neighbour.Address, neighbour.Device));
            var open = new List<(PeerFacts, string)>();
            foreach (var (fact, device) in asked)
            {
                var neighbour = neighbours[(fact.Address!, device)].FirstOrDefault();
                if (neighbour?.LinkAddress is not null && !neighbour.State.Contains("FAILED"))
                {
                    facts.Add(fact with { SameL2 = true, Device = device });
                }
                else if (poll >= Polls || neighbour is not null && neighbour.State.Contains("FAILED"))
                {
                    facts.Add(fact with { SameL2 = false, Device = device, Message = "nobody answers as a neighbour" });
                }
                else
                {
                    open.Add((fact, device));
                }
            }

            asked = open;
            if (asked.Count > 0)
            {
                await Task.Delay(Interval, clock, cancellationToken);
            }
        }

        return facts;
    }
}
