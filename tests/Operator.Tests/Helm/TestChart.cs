using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace NetProfile.Operator.Tests.Helm;

/// <summary>A packaged chart made on the spot: a ConfigMap that shows the values, and what can go wrong in a chart.</summary>
internal static class TestChart
{
    private const string Template = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Release.Name }}-shown
          namespace: {{ .Release.Namespace }}
        data:
          shown: {{ .Values.shown | default "nothing" | quote }}
          kube: {{ .Capabilities.KubeVersion.Version | quote }}
        {{- if .Values.refuse }}{{ fail "refuse is set: take it out" }}{{ end }}
        """;

    public static byte[] Package(string name, string version) => Package(
        ($"{name}/Chart.yaml", $"apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: \"{version}\"\n"),
        ($"{name}/values.yaml", "shown: null\nrefuse: false\n"),
        ($"{name}/templates/shown.yaml", Template));

    public static byte[] Package(params (string Path, string Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            }
        }

        return packed.ToArray();
    }
}
