namespace NetProfile.SimulatedCluster.Access;

public sealed record UserInfo(string Name, IReadOnlyList<string> Groups, string Uid = "")
{
    public static readonly UserInfo Anonymous = new("system:anonymous", ["system:unauthenticated"]);

    public static readonly UserInfo Administrator = new("kubernetes-admin", ["system:masters", "system:authenticated"]);

    public bool IsAdmin => Groups.Contains("system:masters");

    public static UserInfo ServiceAccount(string @namespace, string name, string uid) =>
        new($"system:serviceaccount:{@namespace}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated"], uid);
}
