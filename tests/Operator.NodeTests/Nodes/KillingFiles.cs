using NetProfile.NodeAgent.Host;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>Ends the agent at its n-th change of a file, before it is made.</summary>
internal sealed class KillingFiles(IHostFiles inner, int at) : IHostFiles
{
    private int count;

    public bool Killed { get; private set; }

    public HostFileInfo? Stat(string path) => inner.Stat(path);

    public string? Resolve(string path) => inner.Resolve(path);

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public byte[] Read(string path, int limit) => inner.Read(path, limit);

    public bool Delete(string path) => Change(() => inner.Delete(path));

    public void Write(string path, ReadOnlySpan<byte> content, int mode)
    {
        var copy = content.ToArray();
        Change(() =>
        {
            inner.Write(path, copy, mode);
            return true;
        });
    }

    public string Copy(string source, string destination, int mode) => Change(() => inner.Copy(source, destination, mode));

    public void CreateDirectory(string path, int mode) => inner.CreateDirectory(path, mode);

    public void CreateSymlink(string path, string target) => inner.CreateSymlink(path, target);

    public void SetOwnership(HostFileInfo like, string path) => inner.SetOwnership(like, path);

    public void Sync(string directory) => inner.Sync(directory);

    public IDisposable? TryLock(string path) => inner.TryLock(path);

    public IReadOnlyList<HostMount> Mounts() => inner.Mounts();

    private T Change<T>(Func<T> change)
    {
        if (Killed)
        {
            throw new KilledException();
        }

        if (++count != at)
        {
            return change();
        }

        Killed = true;
        throw new KilledException();
    }
}

internal sealed class HostWithFiles(IHostFacade inner, IHostFiles files) : IHostFacade
{
    public IHostProbes Probes => inner.Probes;

    public IHostFiles Files { get; } = files;

    public IHostNetwork Network => inner.Network;

    public IHostXtables Xtables => inner.Xtables;

    public IHostNftables Nftables => inner.Nftables;

    public IHostSets Sets => inner.Sets;

    public IHostProcesses Processes => inner.Processes;

    public IHostPrograms Programs => inner.Programs;
}
