using NetProfile.Crds.Generator;

// Writes the CRD manifests and the reference pages from the types. With --check it writes nothing and exits 1 when a file is stale.
if (args is not ([] or ["--check"]))
{
    Console.Error.WriteLine("usage: Crds.Generator [--check]");
    return 2;
}

var root = GeneratedFiles.FindRepository(Environment.CurrentDirectory) ?? GeneratedFiles.FindRepository(AppContext.BaseDirectory);
if (root is null)
{
    Console.Error.WriteLine("no Operator.sln here or above: run it inside the repository");
    return 2;
}

if (args is ["--check"])
{
    var stale = GeneratedFiles.Stale(root);
    foreach (var path in stale)
    {
        Console.Error.WriteLine($"{path} is stale: run `make crds` and commit the result");
    }

    return stale.Count == 0 ? 0 : 1;
}

foreach (var (path, content) in GeneratedFiles.Generate())
{
    var file = Path.Combine(root, path);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    await File.WriteAllTextAsync(file, content);
    Console.WriteLine(path);
}

return 0;
