using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Access;

/// <summary>Who a request comes from: a client certificate, or a token that this server has issued.</summary>
public sealed class Authenticator(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (UserInfo User, DateTimeOffset Expires)> tokens = new();

    /// <summary>Set by the server once it exists: a token dies with its ServiceAccount.</summary>
    internal ObjectStore? Store { get; set; }

    public void AddToken(string token, UserInfo user) => tokens[token] = (user, DateTimeOffset.MaxValue);

    /// <summary>A token in the shape of the JWTs that TokenRequest gives.</summary>
    public string IssueToken(UserInfo user, TimeSpan lifetime, string audience)
    {
        var now = time.GetUtcNow();
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray(audience),
            ["exp"] = now.Add(lifetime).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = "https://kubernetes.default.svc.cluster.local",
            ["jti"] = Guid.NewGuid().ToString(),
            ["sub"] = user.Name,
        };
        var token = $"{Encode("""{"alg":"RS256","kid":"simulated"}""")}.{Encode(JsonText.ToText(claims))}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
        tokens[token] = (user, now.Add(lifetime));
        return token;
    }

    /// <returns>null for credentials that are wrong or expired.</returns>
    public UserInfo? Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return ByToken(header["Bearer ".Length..].Trim());
        }

        return context.Connection.ClientCertificate is { } certificate ? FromCertificate(certificate) : UserInfo.Anonymous;
    }

    /// <summary>What the Impersonate-* headers ask for; null when they ask for nothing.</summary>
    public static UserInfo? Impersonated(HttpContext context)
    {
        var name = context.Request.Headers["Impersonate-User"].ToString();
        if (name.Length == 0)
        {
            return null;
        }

        var groups = context.Request.Headers["Impersonate-Group"].OfType<string>().ToList();
        if (name.Split(':') is ["system", "serviceaccount", var ns, _] && groups.Count == 0)
        {
            groups = ["system:serviceaccounts", $"system:serviceaccounts:{ns}"];
        }

        return new UserInfo(name, [.. groups, "system:authenticated"]);
    }

    public UserInfo? ByToken(string token)
    {
        if (!tokens.TryGetValue(token, out var known) || known.Expires <= time.GetUtcNow())
        {
            return null;
        }

        if (known.User.Name.Split(':') is ["system", "serviceaccount", var ns, var name]
            && Store?.Get("serviceaccounts", ns, name)?.Uid() != known.User.Uid)
        {
            return null;
        }

        return known.User;
    }

    /// <summary>CN is the user, each O a group.</summary>
    private static UserInfo FromCertificate(X509Certificate2 certificate)
    {
        var groups = new List<string> { "system:authenticated" };
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.GetSingleElementType().Value == "2.5.4.10" && part.GetSingleElementValue() is { } organization)
            {
                groups.Insert(0, organization);
            }
        }

        return new UserInfo(certificate.GetNameInfo(X509NameType.SimpleName, false), groups);
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
