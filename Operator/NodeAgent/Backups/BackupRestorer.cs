using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Backups;

/// <summary>
/// Puts back what a manifest lists, in the order that a network comes up: links, sets, routes, filters, state, the CNI conf last. What is
/// there already is left alone, so restoring twice is restoring once, and a restore that was killed is finished by the next.
/// </summary>
public sealed class BackupRestorer(IHostFacade host, BackupStore backups)
{
    public async Task<IReadOnlyList<RestoreResult>> RestoreAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var results = new List<RestoreResult>();
        var tables = manifest.Items.OfType<XtablesItem>().GroupBy(item => (item.Backend, item.Family, item.Table)).ToDictionary(group => group.First(), group => group.ToList());
        foreach (var item in manifest.Items.OrderBy(Order).Where(item => item is not XtablesItem table || tables.ContainsKey(table)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                results.Add(item is XtablesItem first
                    ? await RestoreTableAsync(tables[first], cancellationToken)
                    : await RestoreAsync(manifest, item, cancellationToken));
            }
            catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
            {
                results.Add(new RestoreResult(What(item), RestoreState.NotRestored, exception.Message));
            }
        }

        return results;
    }

    private async Task<RestoreResult> RestoreAsync(BackupManifest manifest, BackupItem item, CancellationToken cancellationToken)
    {
        var restored = item switch
        {
            FileItem file => FileRestorer.Restore(file, $"{BackupStore.Root}/{manifest.Name}", host.Files),
            LinkItem link => await RestoreLinkAsync(link, cancellationToken),
            RouteItem route => await RestoreRoutesAsync([route], cancellationToken),
            PolicyRuleItem rule => await RestoreRuleAsync(rule, cancellationToken),
            NftTableItem table => await RestoreTableAsync(table, cancellationToken),
            IpsetItem set => await RestoreSetAsync(set, cancellationToken),
            VirtualServerItem servers => await RestoreServersAsync(servers, cancellationToken),
            NoteItem note => throw new HostException(note.Message),
            _ => throw new HostException("this version doesn't know such an item"),
        };
        return restored
            ? new RestoreResult(What(item), RestoreState.Restored, "")
            : new RestoreResult(What(item), RestoreState.AlreadyThere, "");
    }

    public IReadOnlyList<string> Verify(BackupManifest manifest) => backups.Verify(manifest);

    /// <summary>A folder before what is in it; the conf, which lets the runtime start pods, at the very end.</summary>
    private static int Order(BackupItem item) => item switch
    {
        LinkItem => 0,
        IpsetItem => 1,
        VirtualServerItem => 2,
        RouteItem => 3,
        PolicyRuleItem => 4,
        XtablesItem => 5,
        NftTableItem => 6,
        FileItem { Entry: var entry } when entry.EndsWith("-cni-conf", StringComparison.Ordinal) => 9,
        FileItem => 8,
        _ => 10,
    };

    private static string What(BackupItem item) => item switch
    {
        FileItem file => file.Path,
        LinkItem link => "link " + link.Name,
        RouteItem route => "route " + RouteText.Describe(LinkJson.Route(route.Family, route.Route)),
        XtablesItem table => $"{table.Family} {table.Backend} table {table.Table}",
        NftTableItem table => $"table {table.Family} {table.Name}",
        IpsetItem set => "ipset " + set.Name,
        NoteItem note => note.What,
        _ => item.Key,
    };

    private async Task<RestoreResult> RestoreTableAsync(IReadOnlyList<XtablesItem> items, CancellationToken cancellationToken)
    {
        var restored = await new XtablesRestorer(host.Xtables).RestoreAsync(items, cancellationToken);
        var chains = items.SelectMany(item => item.Chains).ToList();
        return new RestoreResult(
            What(items[0]),
            restored ? RestoreState.Restored : RestoreState.AlreadyThere,
            $"{string.Join(", ", chains.Take(3))}{(chains.Count > 3 ? $" and {chains.Count - 3} more chains" : "")}");
    }

    private async Task<bool> RestoreLinkAsync(LinkItem item, CancellationToken cancellationToken)
    {
        var exists = (await host.Network.GetLinksAsync(cancellationToken)).Any(link => link.Name == item.Name);
        if (!exists)
        {
            await host.Network.CreateLinkAsync(new LinkState(LinkJson.Link(item.Link), [], item.Forwarding, item.Neighbours), cancellationToken);
        }

        return await RestoreRoutesAsync(item.Routes, cancellationToken) || !exists;
    }

    private async Task<bool> RestoreRoutesAsync(IReadOnlyList<RouteItem> items, CancellationToken cancellationToken)
    {
        var present = (await host.Network.GetRoutesAsync(cancellationToken)).Select(route => (route.Family, route.ToString())).ToHashSet();
        var missing = items.Select(item => LinkJson.Route(item.Family, item.Route)).Where(route => !present.Contains((route.Family, route.ToString()))).ToList();
        await host.Network.AddRoutesAsync(missing, cancellationToken);
        if (missing.Count == 0)
        {
            return false;
        }

        var now = (await host.Network.GetRoutesAsync(cancellationToken)).Select(route => (route.Family, route.ToString())).ToHashSet();
        return missing.Find(route => !now.Contains((route.Family, route.ToString()))) is { } refused
            ? throw new HostException($"the kernel doesn't take the route {refused}")
            : true;
    }

    private async Task<bool> RestoreRuleAsync(PolicyRuleItem item, CancellationToken cancellationToken)
    {
        var rule = new HostPolicyRule(item.Family, LinkJson.Number(item.Rule["priority"]) ?? 0, LinkJson.Text(item.Rule["table"]) ?? "", item.Rule);
        var words = string.Join(' ', RouteText.Words(rule));
        if ((await host.Network.GetPolicyRulesAsync(cancellationToken)).Any(other => other.Family == item.Family && string.Join(' ', RouteText.Words(other)) == words))
        {
            return false;
        }

        await host.Network.AddPolicyRulesAsync([rule], cancellationToken);
        return true;
    }

    private async Task<bool> RestoreTableAsync(NftTableItem item, CancellationToken cancellationToken)
    {
        var tables = await host.Nftables.ListTablesAsync(cancellationToken) ?? throw new HostException("nft isn't installed");
        if (tables.Contains(new NftTable(item.Family, item.Name)))
        {
            return false;
        }

        await host.Nftables.RestoreAsync(item.Dump, cancellationToken);
        return true;
    }

    private async Task<bool> RestoreSetAsync(IpsetItem item, CancellationToken cancellationToken)
    {
        if ((await host.Sets.ListIpsetsAsync(cancellationToken)).Contains(item.Name))
        {
            return false;
        }

        await host.Sets.RestoreIpsetAsync(item.Saved, cancellationToken);
        return true;
    }

    private async Task<bool> RestoreServersAsync(VirtualServerItem item, CancellationToken cancellationToken)
    {
        var present = await host.Sets.ListVirtualServersAsync(cancellationToken);
        var missing = item.Lines.Where(line => !present.Contains(line)).ToList();
        await host.Sets.RestoreVirtualServersAsync(missing, cancellationToken);
        return missing.Count > 0;
    }
}
