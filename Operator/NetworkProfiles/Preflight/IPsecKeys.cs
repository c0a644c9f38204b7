using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// The keys of Cilium's IPsec, one a line: <c>id[+] rfc4106(gcm(aes)) key icv</c>, or <c>id[+] auth-algorithm auth-key
/// cipher key</c> (cilium/cilium pkg/datapath/linux/ipsec). What is said of them never holds any part of them.
/// </summary>
internal static class IPsecKeys
{
    private const string DefaultSecret = "cilium-ipsec-keys";

    private const string DefaultKey = "keys";

    private const int HighestId = 15;

    /// <summary>AES key of 16, 24 or 32 bytes with 4 of salt, in hexadecimal digits.</summary>
    private static readonly int[] s_gcmDigits = [40, 56, 72];

    public static string SecretOf(JsonObject raw) => Text(raw, "encryption.ipsec.secretName") ?? DefaultSecret;

    public static string KeyOf(JsonObject raw) => Text(raw, "encryption.ipsec.keyFile") ?? DefaultKey;

    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? ProblemOf(byte[]? content)
    {
        var lines = Encoding.UTF8.GetString(content ?? []).Split('\n').Select((text, i) => (Text: text.Trim(), Number: i + 1)).Where(l => l.Text.Length > 0).ToList();
        return lines.Count == 0 ? "it has no key" : lines.Select(l => Problem(l.Text) is { } problem ? string.Create(CultureInfo.InvariantCulture, $"line {l.Number}: {problem}") : null).FirstOrDefault(p => p is not null);
    }

    private static string? Problem(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var id = words[0].TrimEnd('+');
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > HighestId)
        {
            return $"it has to begin with the key's number, 1 to {HighestId}, as in 3+";
        }

        if (words.Length < 2 || !words[1].StartsWith("rfc4106(", StringComparison.Ordinal))
        {
            return words.Length is 5 && IsHex(words[2]) && IsHex(words[4]) ? null : "neither 'number+ rfc4106(gcm(aes)) key 128' nor 'number+ hash key cipher key'";
        }

        return words switch
        {
            { Length: not 4 } => "an AEAD key has four words: number, algorithm, key, and 128",
            _ when !IsHex(words[2]) => "the key isn't hexadecimal",
            _ when !s_gcmDigits.Contains(words[2].Length) => $"the key has {words[2].Length} hexadecimal digits, and not {string.Join(" or ", s_gcmDigits)} (AES key and 4 bytes of salt)",
            _ when words[3] is not ("64" or "96" or "128") => "the last word has to be the size of the check value: 128 (or 96, 64)",
            _ => null,
        };
    }

    private static bool IsHex(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit);
    }

    private static string? Text(JsonObject raw, string path) => raw.At(path)?.ToString() is { Length: > 0 } text ? text : null;
}
