using System.Globalization;
using System.Text.Json.Nodes;

namespace NetProfile.NodeAgent.Host;

/// <summary>
/// BPF programs on devices and cgroups, by bpftool and tc. Where <paramref name="root"/> isn't "/" this is a container: the node's
/// cgroups are seen below it, and its mounts belong to another mount namespace, that of process 1.
/// </summary>
public sealed class HostPrograms(HostTools tools, string root) : IHostPrograms
{
    private readonly bool inContainer = root != "/";
    private readonly string cgroupRoot = HostPath.Physical(root == "/" ? "/" : root.TrimEnd('/'), "/sys/fs/cgroup");

    public async Task<IReadOnlyList<HostProgram>?> ListAsync(CancellationToken cancellationToken)
    {
        var programs = new List<HostProgram>();
        var net = await tools.TryRunAsync("bpftool", ["-j", "net", "show"], null, cancellationToken);
        if (net is null)
        {
            return null;
        }

        foreach (var part in net.ExitCode == 0 ? Array(net.StandardOutput) : [])
        {
            foreach (var place in (string[])["xdp", "tc"])
            {
                programs.AddRange((part[place] as JsonArray ?? []).OfType<JsonObject>().Select(p => new HostProgram(
                    place, LinkJson.Text(p["devname"]) ?? "", LinkJson.Text(p["name"]) ?? "", LinkJson.Number(p["id"]) ?? LinkJson.Number(p["prog_id"]) ?? 0, LinkJson.Text(p["kind"]) ?? LinkJson.Text(p["mode"]) ?? "")));
            }
        }

        var cgroups = await tools.TryRunAsync("bpftool", ["-j", "cgroup", "tree", cgroupRoot], null, cancellationToken);
        foreach (var group in cgroups is { ExitCode: 0 } ? Array(cgroups.StandardOutput) : [])
        {
            programs.AddRange((group["programs"] as JsonArray ?? []).OfType<JsonObject>().Select(p => new HostProgram(
                "cgroup", LinkJson.Text(group["cgroup"]) ?? "", LinkJson.Text(p["name"]) ?? "", LinkJson.Number(p["id"]) ?? 0, LinkJson.Text(p["attach_type"]) ?? "")));
        }

        return programs;
    }

    public Task DetachAsync(HostProgram program, CancellationToken cancellationToken) => program.Place switch
    {
        "cgroup" => tools.RunAsync("bpftool", ["cgroup", "detach", program.Target, program.Detail, "id", program.Id.ToString(CultureInfo.InvariantCulture)], cancellationToken),
        "xdp" => tools.RunAsync("ip", ["link", "set", "dev", program.Target, "xdp", "off"], cancellationToken),
        _ => DetachTcAsync(program, cancellationToken),
    };

    public Task UnmountAsync(string path, CancellationToken cancellationToken) =>
        inContainer
            ? tools.RunAsync("nsenter", ["--target", "1", "--mount", "--", "umount", path], cancellationToken)
            : tools.RunAsync("umount", [path], cancellationToken);

    private async Task DetachTcAsync(HostProgram program, CancellationToken cancellationToken)
    {
        // A tcx program goes with its pinned link; only a classic filter has to be deleted, by its own preference and handle.
        var direction = program.Detail.Contains("egress", StringComparison.Ordinal) ? "egress" : "ingress";
        var filters = await tools.JsonAsync("tc", ["-j", "filter", "show", "dev", program.Target, direction], cancellationToken);
        foreach (var filter in filters.OfType<JsonObject>().Where(f => LinkJson.Number(f["options"]?["prog"]?["id"]) == program.Id))
        {
            var preference = LinkJson.Number(filter["pref"])?.ToString(CultureInfo.InvariantCulture) ?? "0";
            await tools.RunAsync("tc", ["filter", "del", "dev", program.Target, direction, "pref", preference], cancellationToken);
        }
    }

    private static IEnumerable<JsonObject> Array(string output) => (HostTools.Parse("bpftool", output) as JsonArray ?? []).OfType<JsonObject>();
}
