using NetProfile.Helm;
using NetProfile.Operator.Tests.Support;
using NetProfile.Processes;
using Xunit;

namespace NetProfile.Operator.Tests.Helm;

/// <summary>Real helms from .tools/, a helm that is a script, and clients that run them in a directory that goes away.</summary>
internal sealed class Helms : IDisposable
{
    private readonly List<IDisposable> clients = [];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("netprofile-test-").FullName;

    public static TheoryData<string> Versions => ["helm3", "helm4"];

    public static string Real(string version)
    {
        var path = Repository.Tool(version, "helm");
        Assert.SkipWhen(path is null, $"there is no .tools/{version}/helm (make tools)");
        return path!;
    }

    /// <summary>A helm that says <paramref name="version"/>, writes down how it was called, and then does as <paramref name="script"/> says.</summary>
    public string Fake(string script, string version = "v4.1.4")
    {
        var path = Path.Combine(Directory, "helm");
        File.WriteAllText(path, $"""
            #!/bin/sh
            if [ "$1" = version ]; then echo '{version}'; exit 0; fi
            printf '%s\n' "$@" > {Directory}/arguments
            env > {Directory}/environment
            [ -f "$KUBECONFIG" ] && cp "$KUBECONFIG" {Directory}/kubeconfig
            cat > {Directory}/stdin
            {script}
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public string Said(string what) => File.ReadAllText(Path.Combine(Directory, what));

    public HelmClient Client(string program, TimeProvider? time = null, HelmConnection? connection = null)
    {
        var clock = time ?? TimeProvider.System;
        var options = new HelmOptions { Program = program, CacheDirectory = Path.Combine(Directory, "cache") };
        var client = new HelmClient(new ProcessRunner(clock), client: null, () => connection ?? new HelmConnection { Server = new Uri("https://127.0.0.1:1"), Token = "s3cret" }, options, clock);
        clients.Add(client);
        return client;
    }

    public void Dispose()
    {
        clients.ForEach(client => client.Dispose());
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
