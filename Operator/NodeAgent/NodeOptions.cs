using System.CommandLine;
using NetProfile.Commands;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NodeAgent;

/// <summary>The options that all verbs of <c>netprofile node</c> share.</summary>
internal sealed class NodeOptions
{
    private readonly Option<string> root = new("--root") { Description = "Where the node's root folder is seen; in a container, the mount of it.", DefaultValueFactory = _ => "/" };
    private readonly Option<string> network = new("--network") { Description = "Which network's leftovers: the one before Cilium, or Cilium's own.", DefaultValueFactory = _ => TraceCatalogue.PreviousNetwork.Name };
    private readonly Option<string[]> owners = new("--owner") { Description = "Only what this one left (Flannel, kube-proxy, k3s, Canal, Cilium); may be repeated." };
    private readonly Option<string[]> podCidrs = new("--pod-cidr") { Description = "A pod network of the earlier one, where the node no longer says it; may be repeated." };
    private readonly Option<string> output = OutputOption.Create("text", "json");

    public NodeOptions() => network.AcceptOnlyFromAmong([.. TraceCatalogue.All.Select(catalogue => catalogue.Name)]);

    public Command Command(string name, string description) => new(name, description) { root, network, owners, podCidrs, output };

    public IHostFacade Host(ParseResult parsed, Func<string, IHostFacade> create) => create(parsed.GetValue(root)!);

    public string Format(ParseResult parsed) => parsed.GetValue(output)!;

    public CleaningRequest Request(ParseResult parsed) => new()
    {
        Catalogue = TraceCatalogue.All.First(catalogue => catalogue.Name == parsed.GetValue(network)),
        Owners = parsed.GetValue(owners) ?? [],
        PodCIDRs = parsed.GetValue(podCidrs) ?? [],
    };

    public async Task<NodeAudit> AuditAsync(ParseResult parsed, IHostFacade host, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var request = Request(parsed);
        return await new NodeAuditor(host, Store(host, environment)).AuditAsync(request.Catalogue, request.Owners, request.PodCIDRs, cancellationToken);
    }

    public static BackupStore Store(IHostFacade host, CommandEnvironment environment) =>
        new(host.Files, environment.Variable("NODE_NAME") ?? Environment.MachineName, environment.Clock);
}
